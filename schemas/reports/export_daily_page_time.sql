-- What is exported of one local day, of some sites or ([]) of all: time spent per page and local day.
SELECT
    day, tz, site, path, is_bot, accesses, addresses, entries, exits, spent_ms, engaged_ms, views_evidence,
    views_gap, views_unknown, median_ms, histogram, definition_version
FROM daily_page_time
WHERE day = {day:Date} AND tz = {tz:String} AND (empty({sites:Array(String)}) OR site IN {sites:Array(String)})
ORDER BY site, path, is_bot
