-- +goose Up
CREATE TABLE IF NOT EXISTS alerts
(
    rule       LowCardinality(String) COMMENT 'name of the rule',
    site       LowCardinality(String) COMMENT 'site that the rule looks at',
    what       Enum8('judged' = 1, 'attempt' = 2, 'silence' = 3) COMMENT 'judged: how the rule stands; attempt: one to send a message about that; silence: until when no messages are sent',
    day        Date COMMENT 'local day that was judged; 1970-01-01 for rules on live figures and for silences',
    change     UInt32 COMMENT 'number of the change of a rule on live figures, from 1 on; 0 for rules on days and for silences',
    verdict    LowCardinality(String) COMMENT 'of what was judged: holds, clear or unknown; else empty',
    value      Nullable(Float64) COMMENT 'figure that was judged: a count, ms, a share from 0 to 1, or for no_data seconds; NULL: unknown',
    usual      Nullable(Float64) COMMENT 'mean of the same weekday of the four weeks before; NULL: unknown, or the rule does not ask',
    silenced   Bool COMMENT 'whether the rule was silenced when a day was judged: nobody is told of it',
    channel    LowCardinality(String) COMMENT 'of an attempt: mail or webhook',
    recipient  String COMMENT 'of an attempt: digest of the address that it went to',
    attempt_id UUID COMMENT 'of an attempt: which one',
    state      LowCardinality(String) COMMENT 'of an attempt: sending, released (another process was at it), failed or sent',
    detail     String COMMENT 'of an attempt: why it failed; of a silence: who asked for it',
    until      DateTime64(3, 'UTC') COMMENT 'of a silence: its end; else 1970',
    at         DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'when this row was written; of one thing the newest row counts'
)
ENGINE = MergeTree
ORDER BY (rule, site, what, day, change, at)
TTL toDateTime(at) + INTERVAL 24 MONTH
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'How alert rules stood, and whom was told; what keeps a message from being sent twice.';
