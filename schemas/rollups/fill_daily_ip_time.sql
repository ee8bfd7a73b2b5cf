-- One bucket of addresses at a time: the groups of all of them at once would not fit the memory.
INSERT INTO {staging:Identifier}
    (day, tz, site, ip, path, is_bot, accesses, entries, exits,
     spent_ms, engaged_ms, views_evidence, views_gap, views_unknown, definition_version)
SELECT
    {day:Date}, {tz:String}, site, ip, path, is_bot,
    count(),
    countIf(session_first),
    countIf(session_last),
    toUInt64(sum(ifNull(v.engaged_ms, ifNull(v.gap_ms, 0)))),
    toUInt64(sum(ifNull(v.engaged_ms, 0))),
    countIf(v.engaged_ms IS NOT NULL),
    countIf(v.gap_ms IS NOT NULL),
    countIf(v.engaged_ms IS NULL AND v.gap_ms IS NULL),
    {definition_version:UInt16}
FROM {visits:Identifier} AS v
WHERE bucket = {bucket:UInt16}
GROUP BY site, ip, path, is_bot
SETTINGS max_insert_threads = 2, max_memory_usage = 2000000000
