-- +goose Up
CREATE TABLE IF NOT EXISTS ingest_runs
(
    stream          LowCardinality(String) COMMENT 'topic and Kafka cluster',
    kafka_partition UInt16 COMMENT 'partition',
    kafka_epoch     UInt64 COMMENT 'life of the partition: when the consumer first met it, ms since 1970',
    first_offset    Int64 COMMENT 'first offset of the run',
    last_offset     Int64 COMMENT 'last offset of the run so far; before the first one when it has none yet',
    kind            Enum8('stored' = 1, 'lost' = 2, 'rewound' = 3) COMMENT 'lost: Kafka had deleted the records before they were read; rewound: the worker went back to first_offset, and the rows before no longer tell what is stored',
    rows            UInt64 COMMENT 'events that the worker stored',
    dead            UInt64 COMMENT 'dead letters that the worker stored',
    mark            UInt64 COMMENT 'hash of the record at last_offset, 0 when it is not known',
    stored_time     DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'when this row was written; the longest row of a run counts'
)
ENGINE = ReplacingMergeTree(last_offset)
ORDER BY (stream, kafka_partition, kafka_epoch, first_offset, kind)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'The ranges of offsets that the consumer has accounted for: one row per partition and worker.';
