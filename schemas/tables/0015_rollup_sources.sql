-- +goose Up
CREATE TABLE IF NOT EXISTS rollup_sources
(
    source        UInt64 COMMENT 'number made of the texts and of the page''s host',
    channel       LowCardinality(String),
    referrer_host LowCardinality(String),
    utm_source    LowCardinality(String),
    utm_medium    LowCardinality(String),
    utm_campaign  LowCardinality(String)
)
ENGINE = MergeTree
ORDER BY source
COMMENT 'Always empty: the shape of a staging table with the texts behind the numbers of sources.';
