-- Access counts and time by address, of the views that pass the filters. Which addresses a page shows is found out
-- first, from their keys and the column sorted by; then the columns that are asked for are computed for these alone.
WITH
    by_address AS
    (
        SELECT
            a.ip AS ip, a.is_bot AS is_bot,
            sum(a.n) AS accesses,
            toUInt64(sum(a.begun) - sumIf(a.halves, a.day != {from:Date})) AS sessions,
            if(has({columns:Array(String)}, 'visitors'), max(a.agents), toUInt64(0)) AS visitors,
            count() AS days,
            if(sum(a.measured + a.guessed) = 0, NULL, sum(a.spent)) AS spent_ms,
            if(has({columns:Array(String)}, 'engaged_ms'), if(sum(a.measured) = 0, NULL, sum(a.engaged)), CAST(NULL, 'Nullable(UInt64)')) AS engaged_ms,
            sum(a.measured) AS views_evidence,
            sum(a.guessed) AS views_gap,
            sum(a.n - a.measured - a.guessed)::UInt64 AS views_unknown,
            sum(a.measured + a.guessed) / sum(a.n) AS coverage,
            if(has({columns:Array(String)}, 'organisation'), argMax(a.organisation, a.day), '') AS organisation,
            if(has({columns:Array(String)}, 'network_class'), argMax(a.network_class, a.day), '') AS network_class,
            if(has({columns:Array(String)}, 'country'), argMax(a.country, a.day), '') AS country,
            if(has({columns:Array(String)}, 'city'), argMax(a.city, a.day), '') AS city,
            if(has({columns:Array(String)}, 'shared'), max(a.agents > 3)::Bool, false) AS shared,
            if(has({columns:Array(String)}, 'first_seen'), min(a.first), toDateTime64(0, 3, 'UTC')) AS first_seen,
            if(has({columns:Array(String)}, 'last_seen'), max(a.last), toDateTime64(0, 3, 'UTC')) AS last_seen
        FROM
        (
            SELECT
                day, ip,
                -- One number for all rows unless people and bots are asked for together: the address alone is a quicker key.
                ({bots:String} = 'bots' OR ({bots:String} = 'all' AND v.is_bot))::Bool AS is_bot,
                count() AS n, countIf(begins) AS begun, countIf(continued) AS halves, uniqExact(agent) AS agents,
                sum(spent_ms) AS spent, sumIf(spent_ms, kind = 'evidence') AS engaged, countIf(kind = 'evidence') AS measured, countIf(kind = 'gap') AS guessed,
                max(organisation) AS organisation, max(network_class) AS network_class, max(country) AS country, max(city) AS city,
                min(started_at) AS first, max(started_at) AS last
            FROM filtered_views(site = {site:String}, tz = {tz:String}, from = {from:Date}, to = {to:Date}, bots = {bots:String},
                ip_from = {ip_from:IPv6}, ip_to = {ip_to:IPv6}, only = {only:Map(String, String)}, except = {except:Map(String, String)}) AS v
            GROUP BY day, ip, is_bot
        ) AS a
        WHERE ({search:String} = '' OR positionCaseInsensitiveUTF8(concat(IPv6NumToString(a.ip), ' ', a.organisation), {search:String}) > 0)
        GROUP BY a.ip, a.is_bot
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
