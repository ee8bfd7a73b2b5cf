-- One bucket of addresses at a time: the views of an address as rows. A view has the source of the first
-- view of its session, so that views and sessions of a source agree with daily_sources, and the network
-- that its address counts in, of several the last in their order, so that they agree with daily_networks.
INSERT INTO {staging:Identifier}
    (day, tz, site, ip, agent, started_at, path, is_bot, kind, spent_ms, evidence, begins, ends, continued,
     channel, referrer_host, utm_source, utm_medium, utm_campaign, country, city, asn, organisation, network_class,
     browser, os, device, definition_version)
WITH
    (SELECT (groupArray(network), groupArray(rank)) FROM {networks:Identifier}) AS numbers
SELECT
    {day:Date}, {tz:String}, v.site, v.ip, v.agent, fromUnixTimestamp64Milli(v.start_ms, 'UTC'), v.path, v.is_bot,
    v.kind, toUInt64(v.spent_ms), v.evidence, v.begins, v.ends, v.continued,
    f.channel, f.referrer_host, f.utm_source, f.utm_medium, f.utm_campaign,
    n.country, n.city, n.asn, n.organisation, n.network_class,
    a.browser, a.os, a.device, {definition_version:UInt16}
FROM
(
    SELECT site, ip, agent, start_ms, path, is_bot, kind, spent_ms, evidence, begins, ends, continued, source, if(is_bot, of_bots, of_people) AS rank
    FROM
    (
        SELECT
            site, ip, agent, start_ms, path, is_bot, kind, spent_ms, evidence, begins, ends, continued,
            arrayFill((s, b) -> b, source, begins) AS source,
            arrayMax(x -> transform(x, numbers.1, numbers.2, 0), arrayDistinct(arrayFilter((x, b) -> b, network, is_bot))) AS of_bots,
            arrayMax(x -> transform(x, numbers.1, numbers.2, 0), arrayDistinct(arrayFilter((x, b) -> NOT b, network, is_bot))) AS of_people
        FROM {visits:Identifier}
        WHERE bucket = {bucket:UInt16} AND notEmpty(path)
    )
    ARRAY JOIN agent, start_ms, path, is_bot, kind, spent_ms, evidence, begins, ends, continued, source
) AS v
LEFT JOIN {sources:Identifier} AS f ON f.source = v.source
LEFT JOIN {networks:Identifier} AS n ON n.rank = v.rank
LEFT JOIN {agents:Identifier} AS a ON a.agent = v.agent
SETTINGS max_threads = 1, max_insert_threads = 1, max_memory_usage = 2000000000,
    min_insert_block_size_rows = 10000000, min_insert_block_size_bytes = 2000000000
