-- +goose Up
CREATE TABLE IF NOT EXISTS rollup_paired
(
    bucket     UInt16,
    site       LowCardinality(String),
    ip         IPv6,
    agent      Array(UInt64),
    start_ms   Array(Int64),
    view_high  Array(UInt64) COMMENT 'upper half of the view''s id',
    view_low   Array(UInt64) COMMENT 'lower half of it',
    path       Array(String),
    is_bot     Array(Bool),
    engaged_ms Array(Int64),
    evidence   Array(Int8),
    source     Array(UInt64),
    network    Array(UInt64)
)
ENGINE = MergeTree
ORDER BY bucket
COMMENT 'Always empty: the shape of a staging table with the suspects of rollup_visits, once the views that two witnesses saw are one.';
