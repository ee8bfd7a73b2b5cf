-- What is exported of one local day, of some sites or ([]) of all: access counts per address and local day.
SELECT
    day, tz, site, ip, is_bot, accesses, sessions, sessions_continued, bounces, visitors, shared, pages,
    spent_ms, engaged_ms, views_evidence, views_gap, views_unknown, views_both, views_beacon_only,
    views_log_only, first_seen, last_seen, country, city, asn, organisation, network_class, definition_version
FROM daily_ip_access
WHERE day = {day:Date} AND tz = {tz:String} AND (empty({sites:Array(String)}) OR site IN {sites:Array(String)})
ORDER BY site, ip, is_bot
