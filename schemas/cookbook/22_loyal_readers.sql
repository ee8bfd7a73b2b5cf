-- How often do readers come?
--
-- site  site key
-- tz    the site's time zone
-- from  first local day
-- to    last local day
--
-- SET param_site = 'example.com', param_tz = 'Europe/Vienna', param_from = '2026-01-19', param_to = '2026-02-01';
--
-- An address stands for a reader, which is wrong for offices and phones; addresses with more than 3 user-agents on
-- a day (shared) leave that day out. With the privacy mode keyed every reader comes once. People only.
SELECT
    days_with_a_visit,
    count() AS addresses,
    round(addresses / sum(addresses) OVER (), 2) AS share,
    sum(views) AS views_of_theirs
FROM
(
    SELECT ip, count() AS days_with_a_visit, sum(accesses) AS views
    FROM daily_ip_access
    WHERE site = {site:String} AND tz = {tz:String} AND day BETWEEN {from:Date} AND {to:Date} AND NOT is_bot AND NOT shared
    GROUP BY ip
)
GROUP BY days_with_a_visit
ORDER BY days_with_a_visit
