-- Two or three engagement pings of each view that the beacon saw.
INSERT INTO events
    (site, ip, view_id, kind, event_time, event_id, received_time, witness, address_mode, user_agent, host, path, engaged_ms, kafka_partition, kafka_offset)
SELECT
    site, ip, view_id, 'engagement', event_time + toIntervalMillisecond(engaged), cityHash64(event_id, k), received_time + toIntervalMillisecond(engaged),
    witness, address_mode, user_agent, host, path, engaged, kafka_partition, kafka_offset
FROM
(
    SELECT *, k, toUInt32(k * 9000 + cityHash64(event_id, 19, k) % 9000) AS engaged
    FROM events
    ARRAY JOIN range(1, 3 + kafka_offset % 2) AS k
    WHERE kind = 'pageview' AND witness = 'beacon'
)
SETTINGS max_insert_threads = 2, max_partitions_per_insert_block = 400
