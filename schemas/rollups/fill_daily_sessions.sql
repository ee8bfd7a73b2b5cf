-- One bucket of addresses at a time: the views of an address, split where a session begins.
INSERT INTO {staging:Identifier}
    (day, tz, site, ip, agent, started_at, is_bot, continued, duration_ms, views, entry_path, exit_path, bounce,
     spent_ms, engaged_ms, views_evidence, views_gap, views_unknown,
     channel, referrer_host, utm_source, utm_medium, utm_campaign, definition_version)
SELECT
    {day:Date}, {tz:String}, s.site, s.ip, s.agent, fromUnixTimestamp64Milli(s.started_ms, 'UTC'), s.v.4[1], s.v.7[1],
    arrayMax((at, k, t) -> at + if(k = 1, t, 0), s.v.2, s.v.5, s.v.6) - s.started_ms,
    length(s.v), s.v.3[1], s.v.3[-1],
    length(s.v) = 1 AND (s.v.5[1] != 1 OR s.v.6[1] < 10000),
    toUInt64(arraySum(s.v.6)),
    toUInt64(arraySum((k, t) -> if(k = 1, t, 0), s.v.5, s.v.6)),
    countEqual(s.v.5, 1), countEqual(s.v.5, 2), countEqual(s.v.5, 3),
    f.channel, f.referrer_host, f.utm_source, f.utm_medium, f.utm_campaign, {definition_version:UInt16}
FROM
(
    SELECT site, ip, v, v.1[1] AS agent, v.2[1] AS started_ms, v.8[1] AS source
    FROM
    (
        SELECT site, ip, arrayJoin(arraySplit((x, b) -> b, arrayZip(agent, start_ms, path, is_bot, kind::Array(Int8), spent_ms, continued, source), begins)) AS v
        FROM {visits:Identifier}
        WHERE bucket = {bucket:UInt16} AND notEmpty(path)
    )
) AS s
LEFT JOIN {sources:Identifier} AS f ON f.source = s.source
SETTINGS max_threads = 1, max_insert_threads = 1, max_memory_usage = 2000000000,
    min_insert_block_size_rows = 10000000, min_insert_block_size_bytes = 2000000000
