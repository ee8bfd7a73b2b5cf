-- One bucket of addresses at a time: the groups of all of them at once would not fit the memory.
INSERT INTO {staging:Identifier}
    (day, tz, site, ip, is_bot, accesses, sessions, sessions_continued, bounces, visitors, shared, pages,
     spent_ms, engaged_ms, views_evidence, views_gap, views_unknown,
     views_both, views_beacon_only, views_log_only, first_seen, last_seen, country, asn, organisation, network_class, definition_version)
SELECT
    {day:Date}, {tz:String}, site, ip, is_bot,
    count(),
    countIf(session_first),
    countIf(continued),
    countIf(session_first AND session_last AND ifNull(v.engaged_ms, 0) < 10000),
    uniqExact(agent),
    uniqExact(agent) > 3,
    uniqExact(path),
    toUInt64(sum(ifNull(v.engaged_ms, ifNull(v.gap_ms, 0)))),
    toUInt64(sum(ifNull(v.engaged_ms, 0))),
    countIf(v.engaged_ms IS NOT NULL),
    countIf(v.gap_ms IS NOT NULL),
    countIf(v.engaged_ms IS NULL AND v.gap_ms IS NULL),
    countIf(evidence = 'both'), countIf(evidence = 'beacon_only'), countIf(evidence = 'log_only'),
    min(start),
    max(start),
    (splitByChar('\t', max(network)) AS parts)[1], toUInt32(parts[2]), parts[3], parts[4],
    {definition_version:UInt16}
FROM {visits:Identifier} AS v
WHERE bucket = {bucket:UInt16}
GROUP BY site, ip, is_bot
SETTINGS max_insert_threads = 2, max_memory_usage = 2000000000
