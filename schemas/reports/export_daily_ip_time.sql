-- What is exported of one local day, of some sites or ([]) of all: time spent per address, page and local day.
SELECT
    day, tz, site, ip, path, is_bot, accesses, entries, exits, spent_ms, engaged_ms, views_evidence,
    views_gap, views_unknown, definition_version
FROM daily_ip_time
WHERE day = {day:Date} AND tz = {tz:String} AND (empty({sites:Array(String)}) OR site IN {sites:Array(String)})
ORDER BY site, ip, path, is_bot
