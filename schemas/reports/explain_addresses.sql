-- The addresses of a site from which the log, or the beacon, has views of the day, by user-agent: of IPv4 or of
-- IPv6 alone. Whose user-agent is a bot's is told elsewhere.
SELECT user_agent, witness = 'log' AS by_log, groupUniqArray(ip) AS addresses
FROM events
WHERE site = {site:String}
  AND event_time >= {day_start:DateTime64(3, 'UTC')} AND event_time < {day_end:DateTime64(3, 'UTC')}
  AND kind = 'pageview' AND witness IN ('log', 'beacon')
  AND bitAnd(bot_reasons, {kept_reasons:UInt64}) = 0
  AND (ip BETWEEN toIPv6('::ffff:0.0.0.0') AND toIPv6('::ffff:255.255.255.255')) = {is_v4:Bool}
GROUP BY user_agent, by_log
