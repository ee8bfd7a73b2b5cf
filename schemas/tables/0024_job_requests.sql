-- +goose Up
CREATE TABLE IF NOT EXISTS job_requests
(
    job          LowCardinality(String) COMMENT 'what is to be computed, e.g. daily',
    day          Date COMMENT 'local day',
    tz           LowCardinality(String) COMMENT 'time zone whose midnights bound the day',
    request_id   UUID COMMENT 'shared by the days that were asked for at once',
    state        Enum8('open' = 1, 'running' = 2, 'done' = 3, 'failed' = 4, 'refused' = 5, 'cancelled' = 6) COMMENT 'how the request stands',
    requested_at DateTime64(3, 'UTC') COMMENT 'when it was made',
    updated_at   DateTime64(3, 'UTC') COMMENT 'when this row was written; the newest row of a request counts',
    requested_by LowCardinality(String) COMMENT 'who asks',
    reason       LowCardinality(String) COMMENT 'how the day stood then: missing, failed, stale, or redo for one that is published',
    run_id       UUID COMMENT 'the run that was begun for it; zero while there is none',
    answer       String COMMENT 'what became of it, in words'
)
ENGINE = ReplacingMergeTree(updated_at)
ORDER BY (job, tz, day, request_id)
TTL toDateTime(updated_at) + INTERVAL 24 MONTH
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Days that people ask the rollup to compute; a day and a request each.';
