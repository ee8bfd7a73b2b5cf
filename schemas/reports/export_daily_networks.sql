-- What is exported of one local day, of some sites or ([]) of all: networks that read a site, per local day.
SELECT
    day, tz, site, country, asn, organisation, network_class, is_bot, accesses, addresses, sessions,
    sessions_continued, bounces, spent_ms, engaged_ms, views_evidence, views_gap, views_unknown,
    definition_version
FROM daily_networks
WHERE day = {day:Date} AND tz = {tz:String} AND (empty({sites:Array(String)}) OR site IN {sites:Array(String)})
ORDER BY site, asn, organisation, network_class, country, is_bot
