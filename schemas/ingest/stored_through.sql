SELECT max(through)
FROM
(
    SELECT maxOrNull(toInt64(kafka_offset)) AS through
    FROM events
    WHERE kafka_epoch = {epoch:UInt64} AND kafka_partition = {partition:UInt16}
        AND stored_time >= {since:DateTime64(3, 'UTC')}
    UNION ALL
    SELECT maxOrNull(toInt64(kafka_offset)) AS through
    FROM events_dead
    WHERE kafka_epoch = {epoch:UInt64} AND kafka_partition = {partition:UInt16}
        AND stored_time >= {since:DateTime64(3, 'UTC')}
)
