-- Which pages lost readers against the weeks before?
--
-- site   site key
-- tz     the site's time zone
-- to     last local day
-- days   length of each of the two periods, days
-- limit  how many pages
--
-- SET param_site = 'example.com', param_tz = 'Europe/Vienna', param_to = '2026-02-01', param_days = 7,
--     param_limit = 10;
--
-- Compares the days up to the last one with as many days before them; take whole weeks, so that weekends compare
-- with weekends. Ask 23_is_the_day_complete first: a day that is not published looks like lost readers. People only.
SELECT
    path,
    sumIf(accesses, day > {to:Date} - {days:UInt16}) AS views,
    sumIf(accesses, day <= {to:Date} - {days:UInt16}) AS views_before,
    toInt64(views) - toInt64(views_before) AS change,
    round(change / nullIf(views_before, 0), 2) AS change_share
FROM daily_page_time
WHERE site = {site:String} AND tz = {tz:String} AND NOT is_bot
    AND day > {to:Date} - 2 * {days:UInt16} AND day <= {to:Date}
GROUP BY path
HAVING change < 0
ORDER BY change, path
LIMIT {limit:UInt32}
