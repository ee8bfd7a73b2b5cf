-- Where the beacon is in use on the day: at the sites that count both witnesses, and where log and beacon have
-- both seen views without signs of a bot at enough common addresses, and at enough of the log's. Addresses,
-- since one program may ask for more pages than all people together; IPv4 and IPv6 apart, since people whose
-- pages come over IPv6 may reach a collector over IPv4.
INSERT INTO {beacon_sites:Identifier} (site, is_v4, common, logged)
SELECT site, is_v4, countIf(has_line AND has_report) AS common, countIf(has_line) AS logged
FROM
(
    SELECT
        site, ip,
        ip BETWEEN toIPv6('::ffff:0.0.0.0') AND toIPv6('::ffff:255.255.255.255') AS is_v4,
        max(witness = 'log') AS has_line,
        max(witness = 'beacon') AS has_report
    FROM events
    WHERE event_time >= {day_start:DateTime64(3, 'UTC')} AND event_time < {day_end:DateTime64(3, 'UTC')}
      AND kind = 'pageview' AND witness IN ('log', 'beacon')
      AND ({all_sites:Bool} OR has({sites:Array(String)}, site))
      AND NOT has({only_log:Array(String)}, site) AND NOT has({only_beacon:Array(String)}, site)
      AND bitAnd(bot_reasons, {kept_reasons:UInt64}) = 0 AND user_agent NOT IN (SELECT user_agent FROM {bots:Identifier})
    GROUP BY site, ip
)
GROUP BY site, is_v4
HAVING common >= {common_addresses:UInt64} AND common * 100 >= {common_percent:UInt64} * logged
SETTINGS max_threads = 1, max_insert_threads = 1, max_memory_usage = 2000000000, max_bytes_before_external_group_by = 1000000000
