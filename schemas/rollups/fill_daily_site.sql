-- Totals from the address table; hours, counted from local midnight, from the views.
INSERT INTO {staging:Identifier}
    (day, tz, site, is_bot, accesses, addresses, visitors, sessions, sessions_continued, bounces,
     spent_ms, engaged_ms, views_evidence, views_gap, views_unknown,
     views_both, views_beacon_only, views_log_only, accesses_by_hour, spent_ms_by_hour, definition_version)
WITH
    intDiv(dateDiff('second', {day_start:DateTime64(3, 'UTC')}, {day_end:DateTime64(3, 'UTC')}) + 3599, 3600) AS hours
SELECT
    {day:Date}, {tz:String}, site, is_bot,
    sum(accesses), sum(addresses), sum(visitors), sum(sessions), sum(sessions_continued), sum(bounces),
    sum(spent_ms), sum(engaged_ms), sum(views_evidence), sum(views_gap), sum(views_unknown),
    sum(views_both), sum(views_beacon_only), sum(views_log_only),
    arrayMap(h -> arraySum((hour, n) -> if(hour = h, n, 0), groupArray(hour), groupArray(hour_views)), range(hours)),
    arrayMap(h -> arraySum((hour, n) -> if(hour = h, n, 0), groupArray(hour), groupArray(hour_spent)), range(hours)),
    {definition_version:UInt16}
FROM
(
    SELECT site, is_bot, sum(accesses) AS accesses, count() AS addresses, sum(visitors) AS visitors, sum(sessions) AS sessions,
        sum(sessions_continued) AS sessions_continued, sum(bounces) AS bounces, sum(spent_ms) AS spent_ms, sum(engaged_ms) AS engaged_ms,
        sum(views_evidence) AS views_evidence, sum(views_gap) AS views_gap, sum(views_unknown) AS views_unknown,
        sum(views_both) AS views_both, sum(views_beacon_only) AS views_beacon_only, sum(views_log_only) AS views_log_only,
        0 AS hour, 0 AS hour_views, 0 AS hour_spent
    FROM {ip_access:Identifier}
    GROUP BY site, is_bot
    UNION ALL
    SELECT site, is_bot, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        intDiv(start_ms - toUnixTimestamp64Milli({day_start:DateTime64(3, 'UTC')}), 3600000) AS hour,
        count(),
        toUInt64(sum(spent_ms))
    FROM {visits:Identifier}
    ARRAY JOIN is_bot, start_ms, spent_ms
    GROUP BY site, is_bot, hour
)
GROUP BY site, is_bot
SETTINGS max_threads = 1, max_insert_threads = 1, max_memory_usage = 2000000000
