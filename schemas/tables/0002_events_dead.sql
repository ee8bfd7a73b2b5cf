-- +goose Up
CREATE TABLE IF NOT EXISTS events_dead
(
    kafka_epoch     UInt64 COMMENT 'life of the partition: when the consumer first met it, ms since 1970',
    kafka_partition UInt16 COMMENT 'partition that the record was read from',
    kafka_offset    UInt64 COMMENT 'offset that the record was read from',
    record_time     DateTime64(3, 'UTC') COMMENT 'when Kafka took the record',
    stored_time     DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'when this row was inserted',
    replayed_time   DateTime64(3, 'UTC') DEFAULT 0 COMMENT 'when the record was published again; 1970 when it was not',
    version         LowCardinality(String) COMMENT 'format that the record''s header stated',
    reason          LowCardinality(String) COMMENT 'short name of what was wrong',
    error           String COMMENT 'what was wrong, for people',
    value           String COMMENT 'the record''s bytes as they came'
)
ENGINE = ReplacingMergeTree(replayed_time)
PARTITION BY toYYYYMM(record_time)
ORDER BY (kafka_epoch, kafka_partition, kafka_offset)
SETTINGS non_replicated_deduplication_window = 10000,
         fsync_after_insert = 1,
         fsync_part_directory = 1
COMMENT 'Records that could not become events, kept so that they can be replayed.';
