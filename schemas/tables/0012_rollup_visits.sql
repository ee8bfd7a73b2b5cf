-- +goose Up
CREATE TABLE IF NOT EXISTS rollup_visits
(
    bucket    UInt16 COMMENT 'share of the addresses: what one step of a run holds in memory',
    site      LowCardinality(String),
    ip        IPv6,
    agent     Array(UInt64) COMMENT 'sipHash64 of the user-agent: the third part of the visitor chain',
    start_ms  Array(Int64) COMMENT 'start of the view, Unix time in ms',
    path      Array(String),
    is_bot    Array(Bool),
    kind      Array(Enum8('evidence' = 1, 'gap' = 2, 'unknown' = 3)) COMMENT 'what is known of the time',
    spent_ms  Array(Int64) COMMENT 'evidence or gap time; 0 when it is unknown',
    begins    Array(Bool) COMMENT 'first view of a session of this day',
    ends      Array(Bool) COMMENT 'last view of a session of this day',
    continued Array(Bool) COMMENT 'first view of a session that began the day before',
    evidence  Array(Enum8('both' = 1, 'beacon_only' = 2, 'log_only' = 3)),
    source    Array(UInt64) COMMENT 'number of the source, see rollup_sources',
    network   Array(UInt64) COMMENT 'number of the network, see rollup_networks',
    suspects  Array(Tuple(agent UInt64, start_ms Int64, view UInt128, path String, is_bot Bool, engaged_ms Int64, evidence Int8, source UInt64, network UInt64, request UInt64)) COMMENT 'all views of an address at which two witnesses may have seen one; the other arrays are empty then'
)
ENGINE = MergeTree
PARTITION BY bucket
ORDER BY (site, ip)
SETTINGS max_bytes_to_merge_at_max_space_in_pool = 1
COMMENT 'Always empty: the shape of a staging table with one row per address: its views of a day in order, their places in their sessions and their times.';
