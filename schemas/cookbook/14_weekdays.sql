-- What does a usual week look like?
--
-- site  site key
-- tz    the site's time zone
-- from  first local day
-- to    last local day
--
-- SET param_site = 'example.com', param_tz = 'Europe/Vienna', param_from = '2026-01-19', param_to = '2026-02-01';
--
-- 1 is Monday. The average is over all such days of the range: one without a single view counts as 0 views, and so
-- does one that is not published yet. Seconds are over known times only. People only.
SELECT
    toDayOfWeek(c.day) AS weekday,
    count() AS days,
    round(avg(s.accesses)) AS views_a_day,
    round(avg(s.sessions), 1) AS sessions_a_day,
    round(avg(s.addresses), 1) AS addresses_a_day,
    round(sum(s.spent_ms) / nullIf(sum(s.views_evidence + s.views_gap), 0) / 1000, 1) AS seconds_per_known_view
FROM (SELECT {from:Date} + number AS day FROM numbers(toUInt64(dateDiff('day', {from:Date}, {to:Date}) + 1))) AS c
LEFT JOIN
(
    SELECT day, accesses, sessions, addresses, spent_ms, views_evidence, views_gap
    FROM daily_site
    WHERE site = {site:String} AND tz = {tz:String} AND day BETWEEN {from:Date} AND {to:Date} AND NOT is_bot
) AS s ON s.day = c.day
GROUP BY weekday
ORDER BY weekday
