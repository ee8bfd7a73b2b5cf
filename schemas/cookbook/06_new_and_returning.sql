-- How many addresses are new, and how many return?
--
-- site  site key
-- tz    the site's time zone
-- from  first local day
-- to    last local day
--
-- SET param_site = 'example.com', param_tz = 'Europe/Vienna', param_from = '2026-01-19', param_to = '2026-02-01';
--
-- New is an address that no published day before knows. Behind one address there may be a whole office, and one
-- person may have several. With the privacy mode truncated an address is a neighbourhood; with keyed it
-- changes every day and nobody returns. People only.
SELECT
    day,
    count() AS addresses,
    countIf(day = first_day) AS first_time,
    countIf(day > first_day) AS returning,
    round(returning / addresses, 2) AS returning_share
FROM daily_ip_access AS d
INNER JOIN
(
    SELECT ip, min(day) AS first_day
    FROM daily_ip_access
    WHERE site = {site:String} AND tz = {tz:String} AND NOT is_bot
    GROUP BY ip
) AS f ON f.ip = d.ip
WHERE site = {site:String} AND tz = {tz:String} AND day BETWEEN {from:Date} AND {to:Date} AND NOT is_bot
GROUP BY day
ORDER BY day
