-- +goose Up
CREATE TABLE IF NOT EXISTS view_pairs
(
    day         Date COMMENT 'local day',
    tz          LowCardinality(String) COMMENT 'time zone of the day',
    site        LowCardinality(String) COMMENT 'site key',
    view_id     UUID COMMENT 'the view, as the browser or another witness names it',
    log_view_id UUID COMMENT 'the same view as the log''s line names it',
    started_at  DateTime64(3, 'UTC') COMMENT 'the earlier start of the two',
    is_bot      Bool COMMENT 'whether either shows signs of a bot',
    definition_version UInt16 COMMENT 'version of the definitions that the pairs follow'
)
ENGINE = MergeTree
PARTITION BY (day, tz)
ORDER BY (site, view_id)
SETTINGS min_rows_to_fsync_after_merge = 1, fsync_part_directory = 1
COMMENT 'Views that two witnesses saw: what the log and another witness say of one view under ids of their own.';
