-- What is exported of one local day: time spent per page and local day.
SELECT
    day, tz, site, path, is_bot, accesses, addresses, entries, exits, spent_ms, engaged_ms, views_evidence,
    views_gap, views_unknown, median_ms, histogram, definition_version
FROM daily_page_time
WHERE day = {day:Date} AND tz = {tz:String}
ORDER BY site, path, is_bot
