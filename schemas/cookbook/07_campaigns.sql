-- Which campaigns bring readers, and do they stay?
--
-- site  site key
-- tz    the site's time zone
-- from  first local day
-- to    last local day
--
-- SET param_site = 'example.com', param_tz = 'Europe/Vienna', param_from = '2026-01-19', param_to = '2026-02-01';
--
-- A session belongs to the campaign (any utm field) of its first view, with all its views and times. Visits are
-- sessions that were not begun the day before. Compare seconds only where coverage is alike. People only.
SELECT
    utm_campaign AS campaign,
    utm_source AS source,
    utm_medium AS medium,
    sum(sessions - sessions_continued) AS visits,
    sum(accesses) AS views,
    round(sum(bounces) / nullIf(sum(sessions), 0), 2) AS bounce_share,
    round(sum(spent_ms) / nullIf(sum(views_evidence + views_gap), 0) / 1000, 1) AS seconds_per_known_view,
    round(sum(views_evidence + views_gap) / views, 2) AS coverage
FROM daily_sources
WHERE site = {site:String} AND tz = {tz:String} AND day BETWEEN {from:Date} AND {to:Date} AND NOT is_bot
    AND (utm_source != '' OR utm_medium != '' OR utm_campaign != '')
GROUP BY campaign, source, medium
ORDER BY visits DESC, campaign, source, medium
