-- What is exported of one local day, of some sites or ([]) of all: where sessions came from, per local day; views and times are those of the sessions.
SELECT
    day, tz, site, channel, referrer_host, utm_source, utm_medium, utm_campaign, is_bot, accesses, sessions,
    sessions_continued, bounces, spent_ms, engaged_ms, views_evidence, views_gap, views_unknown,
    definition_version
FROM daily_sources
WHERE day = {day:Date} AND tz = {tz:String} AND (empty({sites:Array(String)}) OR site IN {sites:Array(String)})
ORDER BY site, channel, referrer_host, utm_source, utm_medium, utm_campaign, is_bot
