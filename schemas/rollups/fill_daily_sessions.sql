-- One bucket of addresses at a time: the groups of all of them at once would not fit the memory.
-- A session has exactly one first and one last view, so anyIf has no choice.
INSERT INTO {staging:Identifier}
    (day, tz, site, ip, agent, started_at, is_bot, continued, duration_ms, views, entry_path, exit_path, bounce,
     spent_ms, engaged_ms, views_evidence, views_gap, views_unknown,
     channel, referrer_host, utm_source, utm_medium, utm_campaign, definition_version)
SELECT
    {day:Date}, {tz:String}, site, ip, agent, session_start,
    max(is_bot AND session_first),
    max(continued),
    dateDiff('millisecond', session_start, max(addMilliseconds(start, ifNull(v.engaged_ms, 0)))),
    count(),
    anyIf(path, session_first),
    anyIf(path, session_last),
    max(session_first AND session_last AND ifNull(v.engaged_ms, 0) < 10000),
    toUInt64(sum(ifNull(v.engaged_ms, ifNull(v.gap_ms, 0)))),
    toUInt64(sum(ifNull(v.engaged_ms, 0))),
    countIf(v.engaged_ms IS NOT NULL),
    countIf(v.gap_ms IS NOT NULL),
    countIf(v.engaged_ms IS NULL AND v.gap_ms IS NULL),
    (splitByChar('\t', anyIf(source, session_first)) AS parts)[1], parts[2], parts[3], parts[4], parts[5],
    {definition_version:UInt16}
FROM {visits:Identifier} AS v
WHERE bucket = {bucket:UInt16}
GROUP BY site, ip, agent, session_start
SETTINGS max_insert_threads = 2, max_memory_usage = 2000000000
