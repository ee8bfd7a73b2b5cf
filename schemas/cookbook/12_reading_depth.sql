-- How far down are pages read?
--
-- site      site key
-- tz        the site's time zone
-- from      first local day
-- to        last local day
-- at_least  measured views that a page must have
--
-- SET param_site = 'example.com', param_tz = 'Europe/Vienna', param_from = '2026-01-19', param_to = '2026-02-01',
--     param_at_least = 5;
--
-- Shares are of the views that a browser measured: a log line says nothing of scrolling. A page that fits the
-- window counts as read to the end. People only.
SELECT
    path,
    count() AS views,
    countIf(engaged_ms IS NOT NULL) AS views_measured,
    round(countIf(engaged_ms IS NOT NULL AND scroll_pct >= 25) / nullIf(views_measured, 0), 2) AS to_25,
    round(countIf(engaged_ms IS NOT NULL AND scroll_pct >= 50) / nullIf(views_measured, 0), 2) AS to_50,
    round(countIf(engaged_ms IS NOT NULL AND scroll_pct >= 75) / nullIf(views_measured, 0), 2) AS to_75,
    round(countIf(engaged_ms IS NOT NULL AND scroll_pct >= 100) / nullIf(views_measured, 0), 2) AS to_the_end
FROM page_views
WHERE site = {site:String} AND NOT is_bot
    AND started_at >= toDateTime({from:Date}, {tz:String}) AND started_at < toDateTime({to:Date} + 1, {tz:String})
GROUP BY path
HAVING views_measured >= {at_least:UInt64}
ORDER BY to_the_end DESC, views DESC, path
