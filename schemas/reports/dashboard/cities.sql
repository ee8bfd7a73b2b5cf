-- Cities of the addresses, from the daily table. Days that were published before there was one have their countries in
-- daily_networks; their cities are unknown until they are computed again.
SELECT
    d.country AS country, d.city AS city,
    sum(d.accesses) AS accesses,
    toUInt64(sum(d.sessions) - sumIf(d.sessions_continued, d.day != {from:Date})) AS sessions,
    sum(d.addresses) AS address_days,
    sum(d.bounces) AS bounces,
    if(sum(d.views_evidence + d.views_gap) = 0, NULL, sum(d.spent_ms)) AS spent_ms,
    sum(d.views_evidence) AS views_evidence,
    sum(d.views_gap) AS views_gap,
    sum(d.views_unknown) AS views_unknown,
    if(sum(d.accesses) = 0, NULL, sum(d.views_evidence + d.views_gap) / sum(d.accesses)) AS coverage,
    count() OVER () AS total
FROM
(
    SELECT day, country, city, accesses, addresses, sessions, sessions_continued, bounces, spent_ms, views_evidence, views_gap, views_unknown
    FROM daily_cities
    WHERE site = {site:String} AND tz = {tz:String} AND day >= {from:Date} AND day <= {to:Date}
      AND ({bots:String} = 'all' OR is_bot = ({bots:String} = 'bots'))
    UNION ALL
    SELECT day, country, ''::LowCardinality(String), accesses, addresses, sessions, sessions_continued, bounces, spent_ms, views_evidence, views_gap, views_unknown
    FROM daily_networks
    WHERE site = {site:String} AND tz = {tz:String} AND day >= {from:Date} AND day <= {to:Date}
      AND ({bots:String} = 'all' OR is_bot = ({bots:String} = 'bots'))
      AND definition_version < 6
) AS d
WHERE ({search:String} = '' OR positionCaseInsensitiveUTF8(d.city, {search:String}) > 0)
GROUP BY d.country, d.city
ORDER BY
    if({descending:Bool}, {sort:Identifier}, defaultValueOfArgumentType({sort:Identifier})) DESC NULLS LAST,
    if({descending:Bool}, defaultValueOfArgumentType({sort:Identifier}), {sort:Identifier}) ASC NULLS LAST,
    country, city
LIMIT {limit:UInt64} OFFSET {offset:UInt64}
