-- +goose Up
CREATE TABLE IF NOT EXISTS rollup_views
(
    bucket        UInt16 COMMENT 'share of the addresses: what one step of a run holds in memory',
    site          LowCardinality(String),
    ip            IPv6,
    agent         UInt64 COMMENT 'sipHash64 of the user-agent: the third part of the visitor chain',
    view_id       UInt128,
    start         DateTime64(3, 'UTC'),
    path          String,
    is_bot        Bool,
    engaged_ms    Nullable(Int64) COMMENT 'NULL when no ping has arrived',
    evidence      Enum8('both' = 1, 'beacon_only' = 2, 'log_only' = 3),
    source        LowCardinality(String) COMMENT 'channel, referrer host, utm source, medium and campaign, with tabs between',
    network       LowCardinality(String) COMMENT 'country, AS number, organisation and class, with tabs between'
)
ENGINE = MergeTree
PARTITION BY bucket
ORDER BY tuple()
SETTINGS max_bytes_to_merge_at_max_space_in_pool = 1
COMMENT 'Always empty: the shape of a staging table with one row per view of a day and its surroundings.';
