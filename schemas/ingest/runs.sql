SELECT stream, kafka_partition, kafka_epoch, first_offset, last_offset, kind, rows, dead, mark, stored_time
FROM ingest_runs FINAL
WHERE stream = {stream:String} AND kafka_partition = {partition:UInt16} AND kafka_epoch = {epoch:UInt64}
ORDER BY first_offset, last_offset
