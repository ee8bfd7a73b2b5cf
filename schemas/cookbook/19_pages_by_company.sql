-- What does each company read?
--
-- site   site key
-- tz     the site's time zone
-- from   first local day
-- to     last local day
-- class  class of the networks: business, education, government, isp, hosting or vpn
-- pages  pages per company
--
-- SET param_site = 'example.com', param_tz = 'Europe/Vienna', param_from = '2026-01-19', param_to = '2026-02-01',
--     param_class = 'business', param_pages = 3;
--
-- The companies that read most come first, each with its pages. Known seconds leave out the views of unknown time.
-- A company is the owner of a network: see 03_companies_that_came_back. People only.
SELECT
    organisation,
    path,
    sum(t.accesses) AS views,
    uniqExact(t.ip) AS addresses,
    round(sum(t.spent_ms) / 1000) AS known_seconds,
    sum(t.views_unknown) AS views_of_unknown_time
FROM daily_ip_time AS t
INNER JOIN
(
    SELECT day, ip, organisation
    FROM daily_ip_access
    WHERE site = {site:String} AND tz = {tz:String} AND day BETWEEN {from:Date} AND {to:Date} AND NOT is_bot
        AND organisation != '' AND network_class = {class:String}
) AS a ON a.day = t.day AND a.ip = t.ip
WHERE t.site = {site:String} AND t.tz = {tz:String} AND t.day BETWEEN {from:Date} AND {to:Date} AND NOT t.is_bot
GROUP BY organisation, path
ORDER BY sum(views) OVER (PARTITION BY organisation) DESC, organisation, views DESC, path
LIMIT {pages:UInt8} BY organisation
