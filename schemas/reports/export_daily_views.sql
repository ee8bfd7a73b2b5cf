-- What is exported of one local day, of some sites or ([]) of all: one row per page view that started on it. Views that start at once
-- stand in the order of what else they say.
SELECT
    day, tz, site, ip, agent, started_at, path, is_bot, kind, spent_ms, evidence, begins, ends, continued,
    channel, referrer_host, utm_source, utm_medium, utm_campaign, country, city, asn, organisation, network_class,
    browser, os, device, definition_version
FROM daily_views
WHERE day = {day:Date} AND tz = {tz:String} AND (empty({sites:Array(String)}) OR site IN {sites:Array(String)})
ORDER BY site, ip, agent, started_at, begins DESC, ends, path, is_bot, kind, spent_ms, evidence
