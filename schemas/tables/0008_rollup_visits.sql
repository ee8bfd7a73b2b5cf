-- +goose Up
CREATE TABLE IF NOT EXISTS rollup_visits
(
    site          LowCardinality(String),
    ip            IPv6,
    agent         UInt64,
    start         DateTime64(3, 'UTC'),
    path          String,
    is_bot        Bool,
    engaged_ms    Nullable(Int64) COMMENT 'evidence time',
    gap_ms        Nullable(Int64) COMMENT 'gap time, where there is no evidence',
    session_first Bool COMMENT 'first view of a session of this day',
    session_last  Bool COMMENT 'last view of a session of this day',
    continued     Bool COMMENT 'first view of a session that began the day before'
)
ENGINE = MergeTree
ORDER BY (site, is_bot, ip, path)
COMMENT 'Always empty: the shape of a run''s staging table with one row per view of the day, its place in its session and its time.';
