SELECT toInt64(intDiv(kafka_offset, {size:UInt64})) AS chunk, count() AS rows, uniqExact(kafka_offset) AS offsets, countIf(is_dead) AS dead
FROM
(
    SELECT kafka_offset, false AS is_dead
    FROM events
    WHERE kafka_epoch = {epoch:UInt64} AND kafka_partition = {partition:UInt16}
        AND kafka_offset BETWEEN {first:UInt64} AND {last:UInt64} AND stored_time >= {since:DateTime64(3, 'UTC')}
    UNION ALL
    SELECT DISTINCT kafka_offset, true AS is_dead
    FROM events_dead
    WHERE kafka_epoch = {epoch:UInt64} AND kafka_partition = {partition:UInt16}
        AND kafka_offset BETWEEN {first:UInt64} AND {last:UInt64}
)
GROUP BY chunk
ORDER BY chunk
