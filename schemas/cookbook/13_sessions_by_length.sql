-- How long are visits?
--
-- site  site key
-- tz    the site's time zone
-- from  first local day
-- to    last local day
--
-- SET param_site = 'example.com', param_tz = 'Europe/Vienna', param_from = '2026-01-19', param_to = '2026-02-01';
--
-- Length is from the first view to the last sign of the reader. Unknown: nothing was measured and no second view
-- followed, as with one log line; such a visit is not a short one. Sessions are cut at midnight. People only.
SELECT
    multiIf(views_unknown = views, 'unknown', duration_ms < 10000, 'under 10 s', duration_ms < 60000, '10 s to 1 min',
        duration_ms < 300000, '1 to 5 min', duration_ms < 900000, '5 to 15 min', '15 min and longer') AS length,
    count() AS sessions,
    round(sessions / sum(sessions) OVER (), 2) AS share,
    round(avg(views), 1) AS views_per_session,
    countIf(bounce) AS bounces
FROM daily_sessions
WHERE site = {site:String} AND tz = {tz:String} AND day BETWEEN {from:Date} AND {to:Date} AND NOT is_bot
GROUP BY length
ORDER BY min(if(views_unknown = views, 0, duration_ms + 1))
