-- +goose Up
CREATE TABLE IF NOT EXISTS rollup_pings
(
    site          LowCardinality(String),
    view          UInt128,
    pings         UInt64,
    claimed_ms    Int64 COMMENT 'largest engaged time that a browser has sent',
    stated_ms     Int64 COMMENT 'largest engaged time that a server with a token has sent',
    observed_from DateTime64(3, 'UTC') COMMENT 'when the first ping of the browser was received',
    observed_to   DateTime64(3, 'UTC') COMMENT 'when the last one was'
)
ENGINE = MergeTree
ORDER BY tuple()
SETTINGS max_bytes_to_merge_at_max_space_in_pool = 1
COMMENT 'Always empty: the shape of a staging table with one row per view that has pings.';
