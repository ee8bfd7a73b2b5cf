-- +goose Up
CREATE TABLE IF NOT EXISTS job_log
(
    run_id  UUID COMMENT 'the attempt, as in job_runs',
    job     LowCardinality(String) COMMENT 'what is computed, e.g. daily',
    tz      LowCardinality(String) COMMENT 'time zone whose midnights bound the day',
    day     Date COMMENT 'local day',
    at      DateTime64(3, 'UTC') COMMENT 'when the step ended',
    seq     UInt32 COMMENT 'counts the steps of the attempt from 1',
    level   Enum8('info' = 1, 'warn' = 2, 'error' = 3) COMMENT 'how grave it is',
    step    LowCardinality(String) COMMENT 'which step of a run',
    message String COMMENT 'what happened, in words',
    attrs   Map(LowCardinality(String), String) COMMENT 'what belongs to it; ms is how long it took'
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (run_id, seq)
TTL toDateTime(at) + INTERVAL 13 MONTH
SETTINGS ttl_only_drop_parts = 1
COMMENT 'What each attempt to publish a day did, step by step; kept for 13 months.';
