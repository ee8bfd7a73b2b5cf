-- +goose Up
CREATE TABLE IF NOT EXISTS rollup_views
(
    site       LowCardinality(String),
    ip         IPv6,
    agent      UInt64 COMMENT 'hash of the user-agent: the third part of the visitor chain',
    view_id    UUID,
    start      DateTime64(3, 'UTC'),
    path       String,
    engaged_ms Nullable(Int64) COMMENT 'NULL when no ping has arrived',
    is_bot     Bool
)
ENGINE = MergeTree
ORDER BY (site, ip, agent, start, toUInt128(view_id))
COMMENT 'Always empty: the shape of a run''s staging table with one row per view of the day and its surroundings.';
