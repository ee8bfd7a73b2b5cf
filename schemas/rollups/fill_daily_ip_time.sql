INSERT INTO {staging:Identifier}
    (day, tz, site, ip, path, is_bot, accesses, spent_ms, engaged_ms, views_evidence, views_gap, views_unknown,
     definition_version)
SELECT
    {day:Date}, {tz:String}, site, ip, path, is_bot,
    count(),
    sum(ifNull(engaged_ms, ifNull(gap_ms, 0))),
    sum(ifNull(engaged_ms, 0)),
    countIf(engaged_ms IS NOT NULL),
    countIf(gap_ms IS NOT NULL),
    countIf(engaged_ms IS NULL AND gap_ms IS NULL),
    {definition_version:UInt16}
FROM {visits:Identifier}
GROUP BY site, is_bot, ip, path
SETTINGS optimize_aggregation_in_order = 1, max_memory_usage = 2000000000
