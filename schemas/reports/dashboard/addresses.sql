-- Access counts and time by address, from the daily table.
SELECT
    d.ip AS ip, d.is_bot AS is_bot,
    sum(d.accesses) AS accesses,
    toUInt64(sum(d.sessions) - sumIf(d.sessions_continued, d.day != {from:Date})) AS sessions,
    max(d.visitors) AS visitors,
    uniqExact(d.day) AS days,
    if(sum(d.views_evidence + d.views_gap) = 0, NULL, sum(d.spent_ms)) AS spent_ms,
    if(sum(d.views_evidence) = 0, NULL, sum(d.engaged_ms)) AS engaged_ms,
    sum(d.views_evidence) AS views_evidence,
    sum(d.views_gap) AS views_gap,
    sum(d.views_unknown) AS views_unknown,
    if(sum(d.accesses) = 0, NULL, sum(d.views_evidence + d.views_gap) / sum(d.accesses)) AS coverage,
    argMax(d.organisation, d.day) AS organisation,
    argMax(d.network_class, d.day) AS network_class,
    argMax(d.country, d.day) AS country,
    argMax(d.city, d.day) AS city,
    max(d.shared) AS shared,
    min(d.first_seen) AS first_seen,
    max(d.last_seen) AS last_seen,
    count() OVER () AS total
FROM daily_ip_access AS d
WHERE d.site = {site:String} AND d.tz = {tz:String} AND d.day >= {from:Date} AND d.day <= {to:Date}
  AND ({bots:String} = 'all' OR d.is_bot = ({bots:String} = 'bots'))
  AND ({search:String} = '' OR positionCaseInsensitiveUTF8(concat(IPv6NumToString(d.ip), ' ', d.organisation), {search:String}) > 0)
GROUP BY d.ip, d.is_bot
ORDER BY
    if({descending:Bool}, {sort:Identifier}, NULL) DESC NULLS LAST,
    if({descending:Bool}, NULL, {sort:Identifier}) ASC NULLS LAST,
    ip, is_bot
LIMIT {limit:UInt64} OFFSET {offset:UInt64}
