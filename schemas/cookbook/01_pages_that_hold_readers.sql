-- Which pages hold readers longest?
--
-- site      site key
-- tz        the site's time zone
-- from      first local day
-- to        last local day
-- at_least  known views that a page must have
-- limit     how many pages
--
-- SET param_site = 'example.com', param_tz = 'Europe/Vienna', param_from = '2026-01-19', param_to = '2026-02-01',
--     param_at_least = 5, param_limit = 10;
--
-- The mean is over the views whose time is known; coverage is their share of all views. Distrust a page
-- with little of it: at_least leaves out pages with few known views. People only.
SELECT
    path,
    sum(accesses) AS views,
    sum(views_evidence + views_gap) AS known_views,
    round(known_views / views, 2) AS coverage,
    round(sum(spent_ms) / nullIf(known_views, 0) / 1000, 1) AS seconds_per_known_view,
    round(sum(arraySum(arraySlice(histogram, 5))) / nullIf(known_views, 0), 2) AS share_over_1_min
FROM daily_page_time
WHERE site = {site:String} AND tz = {tz:String} AND day BETWEEN {from:Date} AND {to:Date} AND NOT is_bot
GROUP BY path
HAVING known_views >= {at_least:UInt64}
ORDER BY seconds_per_known_view DESC, path
LIMIT {limit:UInt32}
