-- Page views of one UTC day, a function of the row's number alone: 500,000 addresses, 300 user-agents,
-- 1,000 paths of which the first are read most, 5 sites, 900 networks in 25 of 2,000 cities each; 6 of 10 views
-- are seen by the beacon. View ids grow with time, as the beacon's do.
INSERT INTO events
    (site, ip, view_id, kind, event_time, event_id, received_time, witness, address_mode, user_agent, host, path, referrer,
     country, city, asn, organisation, browser, os, device, kafka_partition, kafka_offset)
WITH
    cityHash64(number, 1) % 500000 AS who,
    {day_ms:Int64} + cityHash64(number, 9) % 86400000 AS at,
    lower(leftPad(hex(toUInt64(at)), 12, '0')) AS at_hex,
    lower(leftPad(hex(cityHash64(number, 2)), 16, '0')) AS random
SELECT
    concat('site', toString(who % 5)),
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
    'AT',
    concat('City ', toString((who % 900 * 7 + intDiv(who, 900) % 25) % 2000)),
    toUInt32(who % 900),
    concat('Network ', toString(who % 900)),
    ['Chrome', 'Safari', 'Firefox', 'Edge', 'Samsung Browser'][1 + who % 5],
    ['Windows', 'Android', 'iOS', 'macOS'][1 + who % 4],
    ['desktop', 'phone', 'tablet'][1 + who % 3],
    number % 12,
    number
FROM numbers({views:UInt64})
SETTINGS max_insert_threads = 2
