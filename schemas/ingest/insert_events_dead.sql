INSERT INTO events_dead (kafka_epoch, kafka_partition, kafka_offset, record_time, version, reason, error, value)
