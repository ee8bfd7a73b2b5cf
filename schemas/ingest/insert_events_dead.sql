INSERT INTO events_dead (kafka_partition, kafka_offset, record_time, reason, error, value)
