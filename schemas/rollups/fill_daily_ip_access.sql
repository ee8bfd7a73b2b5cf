INSERT INTO {staging:Identifier}
    (day, tz, site, ip, is_bot, accesses, sessions, sessions_continued, visitors, shared, pages, bounces,
     spent_ms, engaged_ms, views_evidence, views_gap, views_unknown, first_seen, last_seen, definition_version)
SELECT
    {day:Date}, {tz:String}, site, ip, is_bot,
    count(),
    countIf(session_first),
    countIf(continued),
    uniqExact(agent),
    uniqExact(agent) > 3,
    uniqExact(path),
    countIf(session_first AND session_last AND ifNull(engaged_ms, 0) < 10000),
    sum(ifNull(engaged_ms, ifNull(gap_ms, 0))),
    sum(ifNull(engaged_ms, 0)),
    countIf(engaged_ms IS NOT NULL),
    countIf(gap_ms IS NOT NULL),
    countIf(engaged_ms IS NULL AND gap_ms IS NULL),
    min(start),
    max(start),
    {definition_version:UInt16}
FROM {visits:Identifier}
GROUP BY site, is_bot, ip
SETTINGS optimize_aggregation_in_order = 1, max_memory_usage = 2000000000
