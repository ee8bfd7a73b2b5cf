-- Access counts and time by address, from the daily table. Which addresses a page shows is found out first, from
-- their keys and the column sorted by; then the columns that are asked for are computed for these alone.
WITH
    by_address AS
    (
        SELECT
            d.ip AS ip,
            -- One number for all rows unless people and bots are asked for together: the address alone is a quicker key.
            ({bots:String} = 'bots' OR ({bots:String} = 'all' AND d.is_bot))::Bool AS is_bot,
            sum(d.accesses) AS accesses,
            toUInt64(sum(d.sessions) - sumIf(d.sessions_continued, d.day != {from:Date})) AS sessions,
            if(has({columns:Array(String)}, 'visitors'), max(d.visitors), toUInt64(0)) AS visitors,
            count() AS days,
            if(sum(d.views_evidence + d.views_gap) = 0, NULL, sum(d.spent_ms)) AS spent_ms,
            if(has({columns:Array(String)}, 'engaged_ms'), if(sum(d.views_evidence) = 0, NULL, sum(d.engaged_ms)), CAST(NULL, 'Nullable(UInt64)')) AS engaged_ms,
            sum(d.views_evidence) AS views_evidence,
            sum(d.views_gap) AS views_gap,
            toUInt64(sum(d.accesses) - sum(d.views_evidence) - sum(d.views_gap)) AS views_unknown,
            if(sum(d.accesses) = 0, NULL, sum(d.views_evidence + d.views_gap) / sum(d.accesses)) AS coverage,
            if(has({columns:Array(String)}, 'organisation'), argMax(d.organisation, d.day), '') AS organisation,
            if(has({columns:Array(String)}, 'network_class'), argMax(d.network_class, d.day), '') AS network_class,
            if(has({columns:Array(String)}, 'country'), argMax(d.country, d.day), '') AS country,
            if(has({columns:Array(String)}, 'city'), argMax(d.city, d.day), '') AS city,
            if(has({columns:Array(String)}, 'shared'), max(d.shared), false) AS shared,
            if(has({columns:Array(String)}, 'first_seen'), min(d.first_seen), toDateTime64(0, 3, 'UTC')) AS first_seen,
            if(has({columns:Array(String)}, 'last_seen'), max(d.last_seen), toDateTime64(0, 3, 'UTC')) AS last_seen
        FROM daily_ip_access AS d
        -- Day and zone choose partitions, each of which has one of both: as a hint, their columns need not be read.
        WHERE d.site = {site:String} AND indexHint(d.tz = {tz:String} AND d.day >= {from:Date} AND d.day <= {to:Date})
          AND ({bots:String} = 'all' OR d.is_bot = ({bots:String} = 'bots'))
          AND ({search:String} = '' OR positionCaseInsensitiveUTF8(concat(IPv6NumToString(d.ip), ' ', d.organisation), {search:String}) > 0)
        GROUP BY ip, is_bot
    ),
    ranked AS
    (
        SELECT ip, is_bot, count() OVER () AS total
        FROM by_address
        ORDER BY
            if({descending:Bool}, {sort:Identifier}, defaultValueOfArgumentType({sort:Identifier})) DESC NULLS LAST,
            if({descending:Bool}, defaultValueOfArgumentType({sort:Identifier}), {sort:Identifier}) ASC NULLS LAST,
            ip, is_bot
        LIMIT {limit:UInt64} OFFSET {offset:UInt64}
    )
SELECT a.*, r.total AS total
FROM by_address AS a
INNER JOIN ranked AS r ON r.ip = a.ip AND r.is_bot = a.is_bot
ORDER BY
    if({descending:Bool}, {sort:Identifier}, defaultValueOfArgumentType({sort:Identifier})) DESC NULLS LAST,
    if({descending:Bool}, defaultValueOfArgumentType({sort:Identifier}), {sort:Identifier}) ASC NULLS LAST,
    ip, is_bot
