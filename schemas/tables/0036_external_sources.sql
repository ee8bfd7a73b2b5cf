-- +goose Up
CREATE TABLE IF NOT EXISTS external_sources
(
    source     LowCardinality(String) COMMENT 'name of the calendar, as in external_events',
    calls      Array(DateTime64(3, 'UTC')) COMMENT 'when it was called within the last hour; a call is noted before it is made',
    not_before DateTime64(3, 'UTC') COMMENT 'when it may be called again, as it said itself; 1970 if it said nothing',
    fetched_at DateTime64(3, 'UTC') COMMENT 'when it was last read; 1970: never',
    failed_at  DateTime64(3, 'UTC') COMMENT 'when it last could not be read; 1970: never',
    failure    LowCardinality(String) COMMENT 'why it cannot be read since, e.g. rate_limited; empty when it can',
    updated_at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'when this row was written; the newest row of a source counts'
)
ENGINE = ReplacingMergeTree(updated_at)
ORDER BY source
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'How the calendars stand that external_events comes from.';
