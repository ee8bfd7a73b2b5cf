-- What is exported of one local day, of some sites or ([]) of all: one row per session and local day.
SELECT
    day, tz, site, ip, agent, started_at, is_bot, continued, duration_ms, views, entry_path, exit_path,
    bounce, spent_ms, engaged_ms, views_evidence, views_gap, views_unknown, channel, referrer_host,
    utm_source, utm_medium, utm_campaign, definition_version
FROM daily_sessions
WHERE day = {day:Date} AND tz = {tz:String} AND (empty({sites:Array(String)}) OR site IN {sites:Array(String)})
ORDER BY site, ip, agent, started_at
