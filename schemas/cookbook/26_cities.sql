-- From which cities is the site read?
--
-- site  site key
-- tz    the site's time zone
-- from  first local day
-- to    last local day
--
-- SET param_site = 'example.com', param_tz = 'Europe/Vienna', param_from = '2026-01-19', param_to = '2026-02-01';
--
-- Needs a file that knows cities; without one all are unknown. Names repeat: each counts with its country. A city is where
-- the network says that the address is, often that of the provider. People only.
SELECT
    if(country = '', 'unknown', country) AS country_code,
    if(city = '', 'unknown', city) AS city_name,
    sum(accesses) AS views,
    round(views / sum(views) OVER (), 2) AS share,
    sum(sessions - sessions_continued) AS visits,
    round(sum(spent_ms) / nullIf(sum(views_evidence + views_gap), 0) / 1000, 1) AS seconds_per_known_view,
    round(sum(views_evidence + views_gap) / views, 2) AS coverage
FROM daily_cities
WHERE site = {site:String} AND tz = {tz:String} AND day BETWEEN {from:Date} AND {to:Date} AND NOT is_bot
GROUP BY country_code, city_name
ORDER BY views DESC, country_code, city_name
LIMIT 50
