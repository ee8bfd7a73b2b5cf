-- Access counts per address of one local day.
SELECT
    site, ip, is_bot, accesses, sessions, sessions_continued, visitors, shared, pages, bounces,
    spent_ms, engaged_ms, views_evidence, views_gap, views_unknown, first_seen, last_seen
FROM daily_ip_access
WHERE day = {day:Date} AND tz = {tz:String}
ORDER BY accesses DESC, site, ip
