-- What is exported of one local day, of some sites or ([]) of all: one row per custom event, its properties as JSON.
SELECT
    day, tz, site, name, event_time, event_id, view_id, ip, agent, is_bot, path,
    replaceAll(toJSONString(props), '\\/', '/') AS props,
    referrer_host, utm_source, utm_medium, utm_campaign, country, city, asn, organisation, network_class,
    browser, os, device, definition_version
FROM daily_events
WHERE day = {day:Date} AND tz = {tz:String} AND (empty({sites:Array(String)}) OR site IN {sites:Array(String)})
ORDER BY site, name, event_time, event_id
