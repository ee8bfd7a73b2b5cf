SELECT toInt64(kafka_offset)
FROM
(
    SELECT kafka_offset
    FROM events
    WHERE kafka_epoch = {epoch:UInt64} AND kafka_partition = {partition:UInt16}
        AND kafka_offset BETWEEN {first:UInt64} AND {last:UInt64}
    UNION ALL
    SELECT DISTINCT kafka_offset
    FROM events_dead
    WHERE kafka_epoch = {epoch:UInt64} AND kafka_partition = {partition:UInt16}
        AND kafka_offset BETWEEN {first:UInt64} AND {last:UInt64}
)
GROUP BY kafka_offset
HAVING count() > 1
ORDER BY kafka_offset
