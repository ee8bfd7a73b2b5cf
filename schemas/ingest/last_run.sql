SELECT stream, kafka_partition, kafka_epoch, first_offset, last_offset, kind, rows, dead, mark, stored_time
FROM ingest_runs
WHERE stream = {stream:String} AND kafka_partition = {partition:UInt16}
    AND (kafka_epoch, stored_time) >=
    (
        SELECT max((kafka_epoch, stored_time))
        FROM ingest_runs
        WHERE stream = {stream:String} AND kafka_partition = {partition:UInt16} AND kind = 'rewound'
    )
ORDER BY kafka_epoch DESC, last_offset DESC, stored_time DESC
LIMIT 1
