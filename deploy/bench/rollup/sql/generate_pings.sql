-- Engagement pings of the views that the beacon saw: two or three each, cumulative, 1.5 a view overall.
INSERT INTO events
    (site, ip, view_id, kind, event_time, event_id, received_time, witness, address_mode, user_agent, host, path, engaged_ms,
     kafka_partition, kafka_offset)
WITH
    cityHash64(number, 1) % 500000 AS who,
    {day_ms:Int64} + cityHash64(number, 9) % 86400000 AS at,
    lower(leftPad(hex(toUInt64(at)), 12, '0')) AS at_hex,
    lower(leftPad(hex(cityHash64(number, 2)), 16, '0')) AS random,
    toUInt32(k * 9000 + cityHash64(number, 19, k) % 9000) AS engaged
SELECT
    concat('site', toString(who % 5)),
    toIPv6(IPv4NumToString(toUInt32(167772160 + who))),
    toUUID(concat(substring(right(at_hex, 12), 1, 8), '-', substring(right(at_hex, 12), 9, 4), '-7', substring(random, 1, 3),
                  '-8', substring(random, 4, 3), '-', substring(random, 5, 12))),
    'engagement',
    fromUnixTimestamp64Milli(toInt64(at + engaged)),
    cityHash64(number, 14, k),
    fromUnixTimestamp64Milli(toInt64(at + engaged)),
    'beacon',
    'full',
    concat('Mozilla/5.0 agent ', toString(who % 300)),
    'example.com',
    concat('/page/', toString(toUInt32(pow(cityHash64(number, 6) % 1000000, 2) / 1000000000))),
    engaged,
    number % 12,
    number
FROM
(
    SELECT number, k
    FROM numbers({views:UInt64})
    ARRAY JOIN range(1, 1 + if(cityHash64(number, 5) % 10 < 6, 2 + number % 2, 0)) AS k
)
SETTINGS max_insert_threads = 2
