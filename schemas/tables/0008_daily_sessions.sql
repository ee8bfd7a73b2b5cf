-- +goose Up
CREATE TABLE IF NOT EXISTS daily_sessions
(
    day                Date COMMENT 'local day',
    tz                 LowCardinality(String) COMMENT 'time zone of the day',
    site               LowCardinality(String) COMMENT 'site key',
    ip                 IPv6 COMMENT 'client address after the privacy mode',
    agent              UInt64 COMMENT 'sipHash64 of the user-agent: with site and address the visitor chain',
    started_at         DateTime64(3, 'UTC') COMMENT 'start of the first view',
    is_bot             Bool COMMENT 'whether the first view shows signs of a bot',
    continued          Bool COMMENT 'whether it is the second half of a session that midnight has cut',
    duration_ms        UInt64 COMMENT 'furthest evidenced activity less the start, ms',
    views              UInt64 COMMENT 'views of the session on this day',
    entry_path         String COMMENT 'path of the first view',
    exit_path          String COMMENT 'path of the last view',
    bounce             Bool COMMENT 'one view whose engaged time is unknown or under 10 s',
    spent_ms           UInt64 COMMENT 'evidence and gap time, ms',
    engaged_ms         UInt64 COMMENT 'evidence time, ms',
    views_evidence     UInt64 COMMENT 'views whose time is known from pings',
    views_gap          UInt64 COMMENT 'views whose time is the gap to the next view',
    views_unknown      UInt64 COMMENT 'views whose time is unknown; they add nothing to spent_ms',
    channel            LowCardinality(String) COMMENT 'campaign, referral, internal or direct',
    referrer_host      LowCardinality(String) COMMENT 'host of the page that led here',
    utm_source         LowCardinality(String) COMMENT 'campaign source',
    utm_medium         LowCardinality(String) COMMENT 'campaign medium',
    utm_campaign       LowCardinality(String) COMMENT 'campaign name',
    definition_version UInt16 COMMENT 'version of the definitions that the figures follow'
)
ENGINE = MergeTree
PARTITION BY (day, tz)
ORDER BY (site, ip, agent, started_at)
SETTINGS min_rows_to_fsync_after_merge = 1, fsync_part_directory = 1
COMMENT 'One row per session and local day.';
