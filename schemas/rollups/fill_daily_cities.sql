-- An address counts in the city of the network that daily_ip_access shows of it.
INSERT INTO {staging:Identifier}
    (day, tz, site, country, city, is_bot, accesses, addresses, sessions, sessions_continued, bounces,
     spent_ms, engaged_ms, views_evidence, views_gap, views_unknown, definition_version)
SELECT
    {day:Date}, {tz:String}, site, country, city, is_bot,
    sum(accesses), count(), sum(sessions), sum(sessions_continued), sum(bounces),
    sum(spent_ms), sum(engaged_ms), sum(views_evidence), sum(views_gap), sum(views_unknown),
    {definition_version:UInt16}
FROM {ip_access:Identifier}
GROUP BY site, country, city, is_bot
SETTINGS max_threads = 1, max_insert_threads = 1, max_memory_usage = 2000000000
