-- +goose Up
CREATE TABLE IF NOT EXISTS job_runs
(
    job                LowCardinality(String) COMMENT 'what was computed, e.g. daily',
    day                Date COMMENT 'local day',
    tz                 LowCardinality(String) COMMENT 'time zone whose midnights bound the day',
    run_id             UUID COMMENT 'one attempt',
    state              Enum8('running' = 1, 'provisional' = 2, 'final' = 3, 'failed' = 4) COMMENT 'how the attempt stands',
    started_at         DateTime64(3, 'UTC') COMMENT 'when the attempt began',
    updated_at         DateTime64(3, 'UTC') COMMENT 'when this row was written; the newest row of a run counts',
    views              UInt64 COMMENT 'page views published',
    spent_ms           UInt64 COMMENT 'evidence and gap time published, ms',
    rows               Map(LowCardinality(String), UInt64) COMMENT 'rows published, by table',
    checksums          Map(LowCardinality(String), UInt64) COMMENT 'checksum of the published rows, by table',
    error              String COMMENT 'why the attempt failed',
    definition_version UInt16 COMMENT 'version of the definitions that the figures follow'
)
ENGINE = ReplacingMergeTree(updated_at)
ORDER BY (job, tz, day, run_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'The ledger: one row per attempt to publish a day.';
