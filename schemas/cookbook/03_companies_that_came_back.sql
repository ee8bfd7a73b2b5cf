-- Which companies came back this week?
--
-- site   site key
-- tz     the site's time zone
-- week   any day of the week, which begins on Monday
-- class  class of the networks: business, education, government, isp, hosting or vpn
--
-- SET param_site = 'example.com', param_tz = 'Europe/Vienna', param_week = '2026-01-28', param_class = 'business';
--
-- A company is an organisation that owns a network; people at home or on the road show as their provider
-- (class isp). Seconds are known time only: views of unknown time add nothing to them. People only.
WITH toMonday({week:Date}) AS monday
SELECT
    organisation,
    any(country) AS country,
    uniqExactIf(ip, day >= monday) AS addresses,
    sumIf(accesses, day >= monday) AS views,
    round(sumIf(spent_ms, day >= monday) / 1000) AS known_seconds,
    sumIf(views_unknown, day >= monday) AS views_of_unknown_time,
    maxIf(day, day < monday) AS last_visit_before
FROM daily_ip_access
WHERE site = {site:String} AND tz = {tz:String} AND day < monday + 7 AND NOT is_bot
    AND organisation != '' AND network_class = {class:String}
GROUP BY organisation
HAVING views > 0 AND countIf(day < monday) > 0
ORDER BY views DESC, organisation
