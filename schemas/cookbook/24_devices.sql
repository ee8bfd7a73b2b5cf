-- On which devices and browsers is the site read?
--
-- site  site key
-- tz    the site's time zone
-- from  first local day
-- to    last local day
--
-- SET param_site = 'example.com', param_tz = 'Europe/Vienna', param_from = '2026-01-19', param_to = '2026-02-01';
--
-- Visitors are address and user-agent. Seconds are what browsers measured, over the views that they measured; a
-- browser that blocks the script has none. People only.
SELECT
    if(device = '', 'unknown', device) AS kind,
    if(browser = '', 'unknown', browser) AS family,
    count() AS views,
    uniqExact(ip, user_agent) AS visitors,
    round(avg(engaged_ms) / 1000, 1) AS measured_seconds_per_view,
    round(countIf(engaged_ms IS NOT NULL) / views, 2) AS measured_share
FROM page_views
WHERE site = {site:String} AND NOT is_bot
    AND started_at >= toDateTime({from:Date}, {tz:String}) AND started_at < toDateTime({to:Date} + 1, {tz:String})
GROUP BY kind, family
ORDER BY views DESC, kind, family
