-- Campaigns that sessions came from, from the daily table.
SELECT
    d.utm_campaign AS utm_campaign, d.utm_source AS utm_source, d.utm_medium AS utm_medium,
    sum(d.accesses) AS accesses,
    toUInt64(sum(d.sessions) - sumIf(d.sessions_continued, d.day != {from:Date})) AS sessions,
    sum(d.bounces) AS bounces,
    if(sum(d.sessions) = 0, NULL, sum(d.bounces) / sum(d.sessions)) AS bounce_share,
    if(sum(d.views_evidence + d.views_gap) = 0, NULL, sum(d.spent_ms)) AS spent_ms,
    sum(d.views_evidence) AS views_evidence,
    sum(d.views_gap) AS views_gap,
    sum(d.views_unknown) AS views_unknown,
    if(sum(d.accesses) = 0, NULL, sum(d.views_evidence + d.views_gap) / sum(d.accesses)) AS coverage,
    count() OVER () AS total
FROM daily_sources AS d
WHERE d.site = {site:String} AND d.tz = {tz:String} AND d.day >= {from:Date} AND d.day <= {to:Date}
  AND ({bots:String} = 'all' OR d.is_bot = ({bots:String} = 'bots'))
  AND (d.utm_campaign != '' OR d.utm_source != '' OR d.utm_medium != '')
  AND ({search:String} = '' OR positionCaseInsensitiveUTF8(d.utm_campaign, {search:String}) > 0)
GROUP BY d.utm_campaign, d.utm_source, d.utm_medium
ORDER BY
    if({descending:Bool}, {sort:Identifier}, defaultValueOfArgumentType({sort:Identifier})) DESC NULLS LAST,
    if({descending:Bool}, defaultValueOfArgumentType({sort:Identifier}), {sort:Identifier}) ASC NULLS LAST,
    utm_campaign, utm_source, utm_medium
LIMIT {limit:UInt64} OFFSET {offset:UInt64}
