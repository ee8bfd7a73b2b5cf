-- +goose Up
CREATE TABLE IF NOT EXISTS rollup_visits
(
    bucket        UInt16 COMMENT 'as in rollup_views',
    site          LowCardinality(String),
    ip            IPv6,
    agent         UInt64,
    start         DateTime64(3, 'UTC'),
    path          String,
    is_bot        Bool,
    engaged_ms    Nullable(Int64) COMMENT 'evidence time',
    gap_ms        Nullable(Int64) COMMENT 'gap time, where there is no evidence',
    session_start DateTime64(3, 'UTC') COMMENT 'start of the first view of the session on this day',
    session_first Bool COMMENT 'first view of a session of this day',
    session_last  Bool COMMENT 'last view of a session of this day',
    continued     Bool COMMENT 'first view of a session that began the day before',
    evidence      Enum8('both' = 1, 'beacon_only' = 2, 'log_only' = 3),
    source        LowCardinality(String) COMMENT 'channel, referrer host, utm source, medium and campaign, with tabs between',
    network       LowCardinality(String) COMMENT 'country, AS number, organisation and class, with tabs between'
)
ENGINE = MergeTree
PARTITION BY bucket
ORDER BY tuple()
SETTINGS max_bytes_to_merge_at_max_space_in_pool = 1
COMMENT 'Always empty: the shape of a staging table with one row per view of a day, its place in its session and its time.';
