-- +goose Up
CREATE TABLE IF NOT EXISTS daily_devices
(
    day                Date COMMENT 'local day',
    tz                 LowCardinality(String) COMMENT 'time zone of the day',
    site               LowCardinality(String) COMMENT 'site key',
    browser            LowCardinality(String) COMMENT 'browser family, empty when unknown',
    os                 LowCardinality(String) COMMENT 'operating system family, empty when unknown',
    device             LowCardinality(String) COMMENT 'desktop, phone, tablet, bot or empty',
    is_bot             Bool COMMENT 'whether the views show signs of a bot',
    accesses           UInt64 COMMENT 'distinct views that started on the day',
    addresses          UInt64 COMMENT 'distinct addresses; one address may show several devices',
    sessions           UInt64 COMMENT 'sessions, cut at local midnight',
    sessions_continued UInt64 COMMENT 'of these, second halves of sessions that began the day before',
    bounces            UInt64 COMMENT 'sessions of one view whose engaged time is unknown or under 10 s',
    spent_ms           UInt64 COMMENT 'evidence and gap time, ms',
    engaged_ms         UInt64 COMMENT 'evidence time, ms',
    views_evidence     UInt64 COMMENT 'views whose time is known from pings',
    views_gap          UInt64 COMMENT 'views whose time is the gap to the next view',
    views_unknown      UInt64 COMMENT 'views whose time is unknown; they add nothing to spent_ms',
    definition_version UInt16 COMMENT 'version of the definitions that the figures follow'
)
ENGINE = MergeTree
PARTITION BY (day, tz)
ORDER BY (site, device, os, browser, is_bot)
SETTINGS min_rows_to_fsync_after_merge = 1, fsync_part_directory = 1
COMMENT 'Browsers, operating systems and devices, per local day.';
