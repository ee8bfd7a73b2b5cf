-- Each row of the address and page table is one distinct address of the page; the lengths come from the
-- views. The median is the lower one of the known times.
INSERT INTO {staging:Identifier}
    (day, tz, site, path, is_bot, accesses, addresses, entries, exits,
     spent_ms, engaged_ms, views_evidence, views_gap, views_unknown, median_ms, histogram, definition_version)
SELECT
    {day:Date}, {tz:String}, site, path, is_bot,
    sum(accesses), sum(addresses), sum(entries), sum(exits),
    sum(spent_ms), sum(engaged_ms), sum(views_evidence), sum(views_gap), sum(views_unknown),
    if(sum(known) = 0, NULL, max(median)),
    sumForEach(lengths),
    {definition_version:UInt16}
FROM
(
    SELECT site, path, is_bot, accesses, 1 AS addresses, entries, exits, spent_ms, engaged_ms, views_evidence, views_gap, views_unknown,
        0 AS known, 0 AS median, []::Array(UInt64) AS lengths
    FROM {ip_time:Identifier}
    UNION ALL
    SELECT site, path, is_bot, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        count(),
        toUInt64(quantileExactLow(0.5)(spent)),
        [countIf(spent < 5000), countIf(spent >= 5000 AND spent < 10000), countIf(spent >= 10000 AND spent < 30000),
         countIf(spent >= 30000 AND spent < 60000), countIf(spent >= 60000 AND spent < 120000),
         countIf(spent >= 120000 AND spent < 300000), countIf(spent >= 300000 AND spent < 600000),
         countIf(spent >= 600000 AND spent < 1800000), countIf(spent >= 1800000)]
    FROM
    (
        SELECT site, path, is_bot, toUInt32(spent_ms) AS spent
        FROM {visits:Identifier}
        ARRAY JOIN path, is_bot, kind, spent_ms
        WHERE kind != 'unknown'
    )
    GROUP BY site, path, is_bot
)
GROUP BY site, path, is_bot
SETTINGS max_threads = 1, max_insert_threads = 1, max_memory_usage = 2000000000, max_bytes_before_external_group_by = 1000000000
