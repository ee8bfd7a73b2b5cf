-- +goose Up
CREATE TABLE IF NOT EXISTS rollup_networks
(
    network       UInt64 COMMENT 'number made of the texts',
    rank          UInt32 COMMENT 'place in the order of the texts, from 1',
    country       LowCardinality(String),
    asn           UInt32,
    organisation  LowCardinality(String),
    network_class LowCardinality(String)
)
ENGINE = MergeTree
ORDER BY network
COMMENT 'Always empty: the shape of a staging table with the texts behind the numbers of networks.';
