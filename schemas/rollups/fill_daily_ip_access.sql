-- One bucket of addresses at a time. Of several networks of an address the last in their order is shown.
INSERT INTO {staging:Identifier}
    (day, tz, site, ip, is_bot, accesses, sessions, sessions_continued, bounces, visitors, shared, pages,
     spent_ms, engaged_ms, views_evidence, views_gap, views_unknown,
     views_both, views_beacon_only, views_log_only, first_seen, last_seen, country, city, asn, organisation, network_class, definition_version)
WITH
    (SELECT (groupArray(network), groupArray(rank)) FROM {networks:Identifier}) AS numbers
SELECT
    {day:Date}, {tz:String}, a.site, a.ip, a.bot,
    a.accesses, a.sessions, a.continues, a.bounces, a.visitors, a.visitors > 3, a.pages,
    a.spent, a.engaged, a.by_evidence, a.by_gap, a.accesses - a.by_evidence - a.by_gap,
    a.both, a.beacon_only, a.log_only,
    fromUnixTimestamp64Milli(a.first_ms, 'UTC'), fromUnixTimestamp64Milli(a.last_ms, 'UTC'),
    n.country, n.city, n.asn, n.organisation, n.network_class, {definition_version:UInt16}
FROM
(
    SELECT
        site, ip, bot,
        arrayFilter((x, b) -> b = bot, arrayZip(agent, start_ms, path, kind::Array(Int8), spent_ms, begins, ends, continued, evidence::Array(Int8), network), is_bot) AS v,
        length(v) AS accesses,
        arraySum(v.6) AS sessions,
        arraySum(v.8) AS continues,
        arrayCount((k, s, b, e) -> b AND e AND (k != 1 OR s < 10000), v.4, v.5, v.6, v.7) AS bounces,
        arrayUniq(v.1) AS visitors,
        arrayUniq(v.3) AS pages,
        toUInt64(arraySum(v.5)) AS spent,
        toUInt64(arraySum((k, s) -> if(k = 1, s, 0), v.4, v.5)) AS engaged,
        countEqual(v.4, 1) AS by_evidence,
        countEqual(v.4, 2) AS by_gap,
        countEqual(v.9, 1) AS both,
        countEqual(v.9, 2) AS beacon_only,
        countEqual(v.9, 3) AS log_only,
        arrayMin(v.2) AS first_ms,
        arrayMax(v.2) AS last_ms,
        arrayMax(n -> transform(n, numbers.1, numbers.2, 0), arrayDistinct(v.10)) AS rank
    FROM {visits:Identifier}
    ARRAY JOIN arrayDistinct(is_bot) AS bot
    WHERE bucket = {bucket:UInt16}
) AS a
LEFT JOIN {networks:Identifier} AS n ON n.rank = a.rank
SETTINGS max_threads = 1, max_insert_threads = 1, max_memory_usage = 2000000000,
    min_insert_block_size_rows = 10000000, min_insert_block_size_bytes = 2000000000
