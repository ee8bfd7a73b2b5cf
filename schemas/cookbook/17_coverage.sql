-- How much of the time on each page do we know?
--
-- site   site key
-- tz     the site's time zone
-- from   first local day
-- to     last local day
-- limit  how many pages
--
-- SET param_site = 'example.com', param_tz = 'Europe/Vienna', param_from = '2026-01-19', param_to = '2026-02-01',
--     param_limit = 20;
--
-- Measured by the browser; by the gap to the next view of the visit; unknown: the last page of a visit whose browser
-- told nothing. The three make 1. Where unknown is large, say so beside any average. People only.
SELECT
    path,
    sum(accesses) AS views,
    round(sum(views_evidence) / views, 2) AS measured,
    round(sum(views_gap) / views, 2) AS by_gap,
    round(sum(views_unknown) / views, 2) AS unknown
FROM daily_page_time
WHERE site = {site:String} AND tz = {tz:String} AND day BETWEEN {from:Date} AND {to:Date} AND NOT is_bot
GROUP BY path
ORDER BY views DESC, path
LIMIT {limit:UInt32}
