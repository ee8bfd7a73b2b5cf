-- Which share of the views are bots?
--
-- site  site key
-- tz    the site's time zone
-- from  first local day
-- to    last local day
--
-- SET param_site = 'example.com', param_tz = 'Europe/Vienna', param_from = '2026-01-19', param_to = '2026-02-01';
--
-- Bots are kept and marked, never dropped: all other questions leave them out by NOT is_bot. What shows no sign of
-- a bot counts as a person.
SELECT
    day,
    sumIf(accesses, NOT is_bot) AS views_of_people,
    sumIf(accesses, is_bot) AS views_of_bots,
    round(views_of_bots / (views_of_people + views_of_bots), 2) AS share_of_bots,
    sumIf(addresses, is_bot) AS addresses_of_bots
FROM daily_site
WHERE site = {site:String} AND tz = {tz:String} AND day BETWEEN {from:Date} AND {to:Date}
GROUP BY day
ORDER BY day
