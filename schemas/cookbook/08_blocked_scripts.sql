-- Which share of the visits blocks the script?
--
-- site  site key
-- tz    the site's time zone
-- from  first local day
-- to    last local day
--
-- SET param_site = 'example.com', param_tz = 'Europe/Vienna', param_from = '2026-01-19', param_to = '2026-02-01';
--
-- Of the views that the web server's log saw, the share that no browser told of: the script was blocked, missing
-- or not run. Needs both witnesses; without a log, share_without_script is empty. Views that only the browser told of come from
-- caches, or from servers whose log is not read. People only.
SELECT
    day,
    sum(views_both + views_log_only) AS views_in_the_log,
    sum(views_log_only) AS only_the_log_saw,
    round(only_the_log_saw / nullIf(views_in_the_log, 0), 2) AS share_without_script,
    sum(views_beacon_only) AS only_the_browser_told
FROM daily_site
WHERE site = {site:String} AND tz = {tz:String} AND day BETWEEN {from:Date} AND {to:Date} AND NOT is_bot
GROUP BY day
ORDER BY day
