-- +goose Up
CREATE TABLE IF NOT EXISTS daily_page_time
(
    day                Date COMMENT 'local day',
    tz                 LowCardinality(String) COMMENT 'time zone of the day',
    site               LowCardinality(String) COMMENT 'site key',
    path               String COMMENT 'path of the page',
    is_bot             Bool COMMENT 'whether the views show signs of a bot',
    accesses           UInt64 COMMENT 'distinct views that started on the day',
    addresses          UInt64 COMMENT 'distinct addresses',
    entries            UInt64 COMMENT 'sessions that began with this page',
    exits              UInt64 COMMENT 'sessions that ended with this page',
    spent_ms           UInt64 COMMENT 'evidence and gap time, ms',
    engaged_ms         UInt64 COMMENT 'evidence time, ms',
    views_evidence     UInt64 COMMENT 'views whose time is known from pings',
    views_gap          UInt64 COMMENT 'views whose time is the gap to the next view',
    views_unknown      UInt64 COMMENT 'views whose time is unknown; they add nothing to spent_ms',
    median_ms          Nullable(UInt64) COMMENT 'lower median of the known times, NULL when none is known',
    histogram          Array(UInt64) COMMENT 'known times by length: under 5 s, 10 s, 30 s, 1 min, 2 min, 5 min, 10 min, 30 min, and longer',
    definition_version UInt16 COMMENT 'version of the definitions that the figures follow'
)
ENGINE = MergeTree
PARTITION BY (day, tz)
ORDER BY (site, path, is_bot)
SETTINGS min_rows_to_fsync_after_merge = 1, fsync_part_directory = 1
COMMENT 'Time spent per page and local day.';
