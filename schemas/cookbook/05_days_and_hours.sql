-- On which days of the week and at which hours is the site read?
--
-- site  site key
-- tz    the site's time zone
-- from  first local day
-- to    last local day
--
-- SET param_site = 'example.com', param_tz = 'Europe/Vienna', param_from = '2026-01-19', param_to = '2026-02-01';
--
-- Views by the hour on the local clock: a heat map, once the cells are coloured. On the day of a clock change
-- an hour is missing or counts double. People only.
SELECT
    toHour(addHours(toDateTime(day, {tz:String}), h - 1), {tz:String}) AS hour,
    sumIf(n, toDayOfWeek(day) = 1) AS mon,
    sumIf(n, toDayOfWeek(day) = 2) AS tue,
    sumIf(n, toDayOfWeek(day) = 3) AS wed,
    sumIf(n, toDayOfWeek(day) = 4) AS thu,
    sumIf(n, toDayOfWeek(day) = 5) AS fri,
    sumIf(n, toDayOfWeek(day) = 6) AS sat,
    sumIf(n, toDayOfWeek(day) = 7) AS sun
FROM daily_site
ARRAY JOIN accesses_by_hour AS n, arrayEnumerate(accesses_by_hour) AS h
WHERE site = {site:String} AND tz = {tz:String} AND day BETWEEN {from:Date} AND {to:Date} AND NOT is_bot
GROUP BY hour
ORDER BY hour
