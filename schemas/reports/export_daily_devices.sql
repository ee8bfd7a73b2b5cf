-- What is exported of one local day, of some sites or ([]) of all: browsers, operating systems and devices.
SELECT
    day, tz, site, browser, os, device, is_bot, accesses, addresses, sessions, sessions_continued, bounces,
    spent_ms, engaged_ms, views_evidence, views_gap, views_unknown, definition_version
FROM daily_devices
WHERE day = {day:Date} AND tz = {tz:String} AND (empty({sites:Array(String)}) OR site IN {sites:Array(String)})
ORDER BY site, device, os, browser, is_bot
