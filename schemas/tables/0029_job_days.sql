-- +goose Up
CREATE TABLE IF NOT EXISTS job_days
(
    job         LowCardinality(String) COMMENT 'what is computed, e.g. daily',
    day         Date COMMENT 'local day that events were stored for',
    tz          LowCardinality(String) COMMENT 'time zone whose midnights bound the day',
    found_at    DateTime64(3, 'UTC') COMMENT 'when the look began that found this; a run that began later has changed it',
    reason      LowCardinality(String) COMMENT 'missing, failed, stale, unfinished, differs; empty: nothing is to be done',
    detail      String COMMENT 'what differs',
    due         Bool COMMENT 'whether that look computes the day; if not, a pause is on',
    views       UInt64 COMMENT 'how many views started on the day, at least',
    last_stored DateTime64(3, 'UTC') COMMENT 'when the last event was stored that can change the day'
)
ENGINE = ReplacingMergeTree(found_at)
ORDER BY (job, tz, day)
COMMENT 'What the rollup has found out about each day that has events, as the job console shows it.';
