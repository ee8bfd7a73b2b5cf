-- Who saw the views of people, by local day, network and browser. Of the views that the log saw, the share
-- that it alone saw is the measured share of visits with a blocked or a missing script.
SELECT
    toDate(toTimeZone(started_at, {tz:String})) AS day,
    organisation,
    browser,
    count() AS views,
    countIf(evidence = 'both') AS views_both,
    countIf(evidence = 'beacon_only') AS views_beacon_only,
    countIf(evidence = 'log_only') AS views_log_only,
    if(views_both + views_log_only = 0, NULL, views_log_only / (views_both + views_log_only)) AS log_only_share
FROM page_views
WHERE site = {site:String} AND started_at >= {from:DateTime64(3, 'UTC')} AND started_at < {to:DateTime64(3, 'UTC')} AND NOT is_bot
GROUP BY day, organisation, browser
ORDER BY day, views DESC, organisation, browser
