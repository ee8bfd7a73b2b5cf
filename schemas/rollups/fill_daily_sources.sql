INSERT INTO {staging:Identifier}
    (day, tz, site, channel, referrer_host, utm_source, utm_medium, utm_campaign, is_bot, accesses, sessions, sessions_continued, bounces,
     spent_ms, engaged_ms, views_evidence, views_gap, views_unknown, definition_version)
SELECT
    {day:Date}, {tz:String}, site, channel, referrer_host, utm_source, utm_medium, utm_campaign, is_bot,
    sum(views), count(), countIf(continued), countIf(bounce),
    sum(spent_ms), sum(engaged_ms), sum(views_evidence), sum(views_gap), sum(views_unknown),
    {definition_version:UInt16}
FROM {sessions:Identifier}
GROUP BY site, channel, referrer_host, utm_source, utm_medium, utm_campaign, is_bot
SETTINGS max_threads = 1, max_insert_threads = 1, max_memory_usage = 2000000000
