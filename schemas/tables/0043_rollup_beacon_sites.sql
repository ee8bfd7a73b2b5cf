-- +goose Up
CREATE TABLE IF NOT EXISTS rollup_beacon_sites
(
    site   LowCardinality(String),
    is_v4  Bool COMMENT 'whether it holds for IPv4 or for IPv6 addresses',
    common UInt64 COMMENT 'addresses at which both the log and the beacon have seen views without signs of a bot',
    logged UInt64 COMMENT 'addresses at which the log has'
)
ENGINE = MergeTree
ORDER BY (site, is_v4)
COMMENT 'Always empty: the shape of a staging table with the sites at which the beacon is in use on the day.';
