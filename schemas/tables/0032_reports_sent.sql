-- +goose Up
CREATE TABLE IF NOT EXISTS reports_sent
(
    report     LowCardinality(String) COMMENT 'what was sent, e.g. weekly',
    site       LowCardinality(String) COMMENT 'site that it is about',
    week       Date COMMENT 'first local day of the week that it is about',
    channel    LowCardinality(String) COMMENT 'mail or webhook',
    recipient  String COMMENT 'digest of the address that it went to',
    attempt_id UUID COMMENT 'one attempt to send it',
    state      Enum8('sending' = 1, 'released' = 2, 'failed' = 3, 'sent' = 4) COMMENT 'how the attempt stands; released: another process was at it',
    detail     String COMMENT 'why it failed',
    updated_at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'when this row was written; the newest row of an attempt counts'
)
ENGINE = ReplacingMergeTree(updated_at)
ORDER BY (report, site, week, channel, recipient, attempt_id)
TTL toDateTime(updated_at) + INTERVAL 24 MONTH
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Attempts to send reports; what keeps a report from being sent twice.';
