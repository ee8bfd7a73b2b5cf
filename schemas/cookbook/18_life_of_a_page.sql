-- How long does a page live after it was published?
--
-- site  site key
-- tz    the site's time zone
-- path  the page
-- days  days after the first
--
-- SET param_site = 'example.com', param_tz = 'Europe/Vienna', param_path = '/blog/exact-time', param_days = 14;
--
-- The first published day with a view counts as the day of publication. A day without views has no row. Where
-- share_so_far passes 0.5, half of what the page got in these days was over. People only.
WITH
    (SELECT min(day) FROM daily_page_time WHERE site = {site:String} AND tz = {tz:String} AND path = {path:String}) AS first_day
SELECT
    dateDiff('day', first_day, day) AS days_old,
    day,
    sum(accesses) AS views,
    sum(views) OVER (ORDER BY day) AS views_so_far,
    round(views_so_far / sum(views) OVER (), 2) AS share_so_far
FROM daily_page_time
WHERE site = {site:String} AND tz = {tz:String} AND path = {path:String} AND NOT is_bot
    AND day <= first_day + {days:UInt16}
GROUP BY day
ORDER BY day
