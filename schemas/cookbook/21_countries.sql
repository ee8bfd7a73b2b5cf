-- From which countries is the site read?
--
-- site  site key
-- tz    the site's time zone
-- from  first local day
-- to    last local day
--
-- SET param_site = 'example.com', param_tz = 'Europe/Vienna', param_from = '2026-01-19', param_to = '2026-02-01';
--
-- Codes are ISO 3166-1. An address without an entry in the database is unknown, not abroad. People only.
SELECT
    if(country = '', 'unknown', country) AS country_code,
    sum(accesses) AS views,
    round(views / sum(views) OVER (), 2) AS share,
    sum(sessions - sessions_continued) AS visits,
    round(sum(spent_ms) / nullIf(sum(views_evidence + views_gap), 0) / 1000, 1) AS seconds_per_known_view,
    round(sum(views_evidence + views_gap) / views, 2) AS coverage
FROM daily_networks
WHERE site = {site:String} AND tz = {tz:String} AND day BETWEEN {from:Date} AND {to:Date} AND NOT is_bot
GROUP BY country_code
ORDER BY views DESC, country_code
