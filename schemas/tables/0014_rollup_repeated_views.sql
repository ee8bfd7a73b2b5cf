-- +goose Up
CREATE TABLE IF NOT EXISTS rollup_repeated_views
(
    site       LowCardinality(String),
    ip         IPv6,
    agent      UInt64,
    view_id    UInt128,
    start_ms   Int64,
    path       String,
    is_bot     Bool,
    engaged_ms Int64 COMMENT '-1 when no ping has arrived',
    evidence   Enum8('both' = 1, 'beacon_only' = 2, 'log_only' = 3),
    source     UInt64,
    network    UInt64,
    request    UInt64 COMMENT 'sipHash64 of the request''s id; 0 when there is none'
)
ENGINE = MergeTree
ORDER BY (site, ip)
COMMENT 'Always empty: the shape of a staging table with one row for each of the views in rollup_repeats.';
