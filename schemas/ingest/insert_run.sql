INSERT INTO ingest_runs (stream, kafka_partition, kafka_epoch, first_offset, last_offset, kind, rows, dead, mark)
