-- What do readers do, and with which properties?
--
-- site      site key
-- tz        the site's time zone
-- from      first local day
-- to        last local day
--
-- SET param_site = 'example.com', param_tz = 'Europe/Vienna', param_from = '2026-01-19', param_to = '2026-02-01';
--
-- Your own events, by name and by each value of each property; an event with two properties is in two rows. `share` is
-- of all events with that property. People only.
SELECT
    name, p.1 AS property, p.2 AS value,
    count() AS times,
    uniqExact(ip) AS addresses,
    round(times / sum(count()) OVER (PARTITION BY name, property), 3) AS share
FROM daily_events
LEFT ARRAY JOIN props::Array(Tuple(String, String)) AS p
WHERE site = {site:String} AND tz = {tz:String} AND day BETWEEN {from:Date} AND {to:Date} AND NOT is_bot
GROUP BY name, property, value
ORDER BY name, property, times DESC, value
