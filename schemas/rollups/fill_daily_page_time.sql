-- Each row of the address and page table is one distinct address of the page; the rest comes from the
-- views. The median is the lower one of the known times.
INSERT INTO {staging:Identifier}
    (day, tz, site, path, is_bot, accesses, addresses, entries, exits,
     spent_ms, engaged_ms, views_evidence, views_gap, views_unknown, median_ms, histogram, definition_version)
SELECT
    {day:Date}, {tz:String}, site, path, is_bot,
    sum(accesses), sum(addresses), sum(entries), sum(exits),
    sum(spent), sum(engaged), sum(by_evidence), sum(by_gap), sum(accesses) - sum(by_evidence) - sum(by_gap),
    if(sum(by_evidence) + sum(by_gap) = 0, NULL, max(median)),
    if(sum(by_evidence) + sum(by_gap) = 0, [], sumForEach(lengths)),
    {definition_version:UInt16}
FROM
(
    SELECT site, path, is_bot, 0 AS accesses, count() AS addresses, 0 AS entries, 0 AS exits, 0 AS spent, 0 AS engaged, 0 AS by_evidence, 0 AS by_gap,
        0 AS median, []::Array(UInt64) AS lengths
    FROM {ip_time:Identifier}
    GROUP BY site, path, is_bot
    UNION ALL
    SELECT site, path, is_bot,
        count(), 0, countIf(begins), countIf(ends), toUInt64(sum(spent_ms)), toUInt64(sumIf(spent_ms, kind = 'evidence')),
        countIf(kind = 'evidence'), countIf(kind = 'gap'),
        toUInt64(quantileExactLowIf(0.5)(toUInt32(spent_ms), kind != 'unknown')),
        [countIf(kind != 'unknown' AND spent_ms < 5000), countIf(spent_ms >= 5000 AND spent_ms < 10000), countIf(spent_ms >= 10000 AND spent_ms < 30000),
         countIf(spent_ms >= 30000 AND spent_ms < 60000), countIf(spent_ms >= 60000 AND spent_ms < 120000),
         countIf(spent_ms >= 120000 AND spent_ms < 300000), countIf(spent_ms >= 300000 AND spent_ms < 600000),
         countIf(spent_ms >= 600000 AND spent_ms < 1800000), countIf(spent_ms >= 1800000)]
    FROM {visits:Identifier}
    ARRAY JOIN path, is_bot, kind, spent_ms, begins, ends
    GROUP BY site, path, is_bot
)
GROUP BY site, path, is_bot
SETTINGS max_threads = 1, max_insert_threads = 1, max_memory_usage = 2000000000, max_bytes_before_external_group_by = 1000000000
