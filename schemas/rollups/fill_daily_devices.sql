-- The views of an address stand together, so that its devices are counted one address after the other.
INSERT INTO {staging:Identifier}
    (day, tz, site, browser, os, device, is_bot, accesses, addresses, sessions, sessions_continued, bounces,
     spent_ms, engaged_ms, views_evidence, views_gap, views_unknown, definition_version)
SELECT
    {day:Date}, {tz:String}, site, browser, os, device, is_bot,
    sum(views), count(), sum(begun), sum(continues), sum(bounced),
    sum(spent), sum(engaged), sum(by_evidence), sum(by_gap), sum(views) - sum(by_evidence) - sum(by_gap),
    {definition_version:UInt16}
FROM
(
    SELECT
        site, ip, browser, os, device, is_bot,
        count() AS views,
        countIf(begins) AS begun,
        countIf(continued) AS continues,
        countIf(begins AND ends AND (kind != 'evidence' OR spent_ms < 10000)) AS bounced,
        sum(spent_ms) AS spent,
        sumIf(spent_ms, kind = 'evidence') AS engaged,
        countIf(kind = 'evidence') AS by_evidence,
        countIf(kind = 'gap') AS by_gap
    FROM {views:Identifier}
    GROUP BY site, ip, browser, os, device, is_bot
)
GROUP BY site, browser, os, device, is_bot
SETTINGS max_threads = 1, max_insert_threads = 1, max_memory_usage = 2000000000, optimize_aggregation_in_order = 1
