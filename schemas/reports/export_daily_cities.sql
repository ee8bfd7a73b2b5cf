-- What is exported of one local day, of some sites or ([]) of all: cities of the addresses.
SELECT
    day, tz, site, country, city, is_bot, accesses, addresses, sessions, sessions_continued, bounces,
    spent_ms, engaged_ms, views_evidence, views_gap, views_unknown, definition_version
FROM daily_cities
WHERE day = {day:Date} AND tz = {tz:String} AND (empty({sites:Array(String)}) OR site IN {sites:Array(String)})
ORDER BY site, country, city, is_bot
