SELECT kafka_partition, kafka_epoch, kafka_offset, record_time, version, reason, error, value
FROM events_dead FINAL
WHERE replayed_time = 0 AND (kafka_epoch, kafka_partition, kafka_offset) > ({epoch:UInt64}, {partition:UInt16}, {offset:UInt64})
ORDER BY kafka_epoch, kafka_partition, kafka_offset
LIMIT {limit:UInt32}
