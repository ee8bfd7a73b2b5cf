-- Addresses are counted in shares, so that counting them all can spill to disk.
INSERT INTO {staging:Identifier}
    (day, tz, site, browser, os, device, is_bot, accesses, addresses, sessions, sessions_continued, bounces,
     spent_ms, engaged_ms, views_evidence, views_gap, views_unknown, definition_version)
SELECT
    {day:Date}, {tz:String}, site, browser, os, device, is_bot,
    sum(views), sum(distinct_addresses), sum(begun), sum(continues), sum(bounced),
    sum(spent), sum(engaged), sum(by_evidence), sum(by_gap), sum(views) - sum(by_evidence) - sum(by_gap),
    {definition_version:UInt16}
FROM
(
    SELECT
        site, browser, os, device, is_bot, cityHash64(ip) % 64 AS share,
        count() AS views,
        uniqExact(ip) AS distinct_addresses,
        countIf(begins) AS begun,
        countIf(continued) AS continues,
        countIf(begins AND ends AND (kind != 'evidence' OR spent_ms < 10000)) AS bounced,
        sum(spent_ms) AS spent,
        sumIf(spent_ms, kind = 'evidence') AS engaged,
        countIf(kind = 'evidence') AS by_evidence,
        countIf(kind = 'gap') AS by_gap
    FROM {views:Identifier}
    GROUP BY site, browser, os, device, is_bot, share
)
GROUP BY site, browser, os, device, is_bot
SETTINGS max_threads = 1, max_insert_threads = 1, max_memory_usage = 2000000000, max_bytes_before_external_group_by = 1000000000
