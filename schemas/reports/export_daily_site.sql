-- What is exported of one local day, of some sites or ([]) of all: totals per site and local day.
SELECT
    day, tz, site, is_bot, accesses, addresses, visitors, sessions, sessions_continued, bounces, spent_ms,
    engaged_ms, views_evidence, views_gap, views_unknown, views_both, views_beacon_only, views_log_only,
    accesses_by_hour, spent_ms_by_hour, definition_version
FROM daily_site
WHERE day = {day:Date} AND tz = {tz:String} AND (empty({sites:Array(String)}) OR site IN {sites:Array(String)})
ORDER BY site, is_bot
