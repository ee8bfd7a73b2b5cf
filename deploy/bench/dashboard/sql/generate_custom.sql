-- A custom event of every twentieth view that the beacon saw, of eight names, with two properties.
INSERT INTO events
    (site, ip, view_id, kind, event_time, event_id, received_time, witness, address_mode, user_agent, host, path, name, props,
     country, asn, organisation, network_class, browser, os, device, kafka_partition, kafka_offset)
SELECT
    site, ip, view_id, 'custom', event_time + toIntervalMillisecond(5000), cityHash64(event_id, 20), received_time + toIntervalMillisecond(5000),
    witness, address_mode, user_agent, host, path,
    concat('event ', toString(cityHash64(event_id, 22) % 8)),
    map('plan', ['free', 'pro', 'team'][1 + cityHash64(event_id, 23) % 3], 'step', toString(cityHash64(event_id, 24) % 100)),
    country, asn, organisation, network_class, browser, os, device, kafka_partition, kafka_offset
FROM events
WHERE kind = 'pageview' AND witness = 'beacon' AND cityHash64(event_id, 21) % 20 = 0
SETTINGS max_insert_threads = 2, max_partitions_per_insert_block = 400
