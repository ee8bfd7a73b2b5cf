-- Page views of one site over a range of UTC days, a function of the row's number alone: visits of three views,
-- 500,000 addresses that come back on other days, 300 user-agents, 1,000 paths of which the first are read most,
-- 900 networks in 25 of 2,000 cities each.
INSERT INTO events
    (site, ip, view_id, kind, event_time, event_id, received_time, witness, address_mode, user_agent, host, path, referrer, utm_campaign,
     country, city, asn, organisation, network_class, browser, os, device, kafka_partition, kafka_offset)
WITH
    intDiv(number, 3) AS visit,
    cityHash64(visit, 1) % 500000 AS who,
    -- The views of a visit lie within 10 minutes; visits follow each other evenly.
    {from_ms:Int64} + least(intDiv(visit * 3 * {days:UInt64} * 86400000, {views:UInt64}) + (number % 3) * (cityHash64(visit, 12) % 300000), {days:UInt64} * 86400000 - 1) AS at,
    lower(leftPad(hex(toUInt64(at)), 12, '0')) AS at_hex,
    lower(leftPad(hex(cityHash64(number, 2)), 16, '0')) AS random
SELECT
    'site',
    toIPv6(IPv4NumToString(toUInt32(167772160 + who))),
    toUUID(concat(substring(right(at_hex, 12), 1, 8), '-', substring(right(at_hex, 12), 9, 4), '-7', substring(random, 1, 3),
                  '-8', substring(random, 4, 3), '-', substring(random, 5, 12))),
    'pageview',
    fromUnixTimestamp64Milli(toInt64(at)),
    cityHash64(number, 4),
    fromUnixTimestamp64Milli(toInt64(at)),
    if(cityHash64(number, 5) % 10 < 6, 'beacon', 'log'),
    'full',
    concat('Mozilla/5.0 agent ', toString(who % 300)),
    'example.com',
    concat('/page/', toString(toUInt32(pow(cityHash64(number, 6) % 1000000, 2) / 1000000000))),
    if(cityHash64(number, 7) % 3 = 0, concat('https://ref', toString(cityHash64(number, 8) % 50), '.example/'), ''),
    if(cityHash64(number, 10) % 20 = 0, concat('campaign ', toString(cityHash64(number, 11) % 10)), ''),
    ['AT', 'DE', 'CH', 'US', 'NP'][1 + who % 5],
    concat('City ', toString((who % 900 * 7 + intDiv(who, 900) % 25) % 2000)),
    toUInt32(who % 900),
    concat('Network ', toString(who % 900)),
    ['isp', 'business', 'hosting'][1 + who % 3],
    concat('Browser ', toString(who % 8)),
    concat('System ', toString(who % 5)),
    ['desktop', 'phone', 'tablet'][1 + who % 3],
    number % 12,
    number
FROM numbers({views:UInt64})
SETTINGS max_insert_threads = 2, max_partitions_per_insert_block = 400
