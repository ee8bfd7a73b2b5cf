-- +goose Up
CREATE TABLE IF NOT EXISTS job_looks
(
    job         LowCardinality(String) COMMENT 'what is computed, e.g. daily',
    tz          LowCardinality(String) COMMENT 'time zone',
    looked_at   DateTime64(3, 'UTC') COMMENT 'when the days were last compared with the ledger',
    every_ms    UInt64 COMMENT 'how often that is done, ms',
    refresh_ms  UInt64 COMMENT 'how old the rows of an unfinished day may get, ms',
    grace_ms    UInt64 COMMENT 'how long after local midnight a day becomes final, ms',
    deadline_ms UInt64 COMMENT 'how long after that it may take before an alert is raised, ms',
    incomplete  String COMMENT 'why not all events were stored; empty: they were',
    due         UInt64 COMMENT 'how many days were to be computed',
    overdue     Array(Date) COMMENT 'days that should have been final by then'
)
ENGINE = ReplacingMergeTree(looked_at)
ORDER BY (job, tz)
COMMENT 'The last comparison of each zone, with the settings that it follows.';
