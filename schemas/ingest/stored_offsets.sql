SELECT DISTINCT toInt64(kafka_offset)
FROM
(
    SELECT kafka_offset
    FROM events
    WHERE kafka_epoch = {epoch:UInt64} AND kafka_partition = {partition:UInt16}
        AND kafka_offset BETWEEN {first:UInt64} AND {last:UInt64}
        AND event_time BETWEEN {from:DateTime64(3, 'UTC')} AND {to:DateTime64(3, 'UTC')}
    UNION ALL
    SELECT kafka_offset
    FROM events_dead
    WHERE kafka_epoch = {epoch:UInt64} AND kafka_partition = {partition:UInt16}
        AND kafka_offset BETWEEN {first:UInt64} AND {last:UInt64}
)
