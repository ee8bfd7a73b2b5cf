-- Sessions by the page that they began with whose first view passes the filters. (Its start tells the day.)
SELECT
    d.entry_path AS entry_path,
    toUInt64(count() - countIf(d.continued AND d.day != {from:Date})) AS sessions,
    countIf(d.bounce) AS bounces,
    countIf(d.bounce) / count() AS bounce_share,
    sum(d.views) AS views,
    if(sum(d.views_evidence + d.views_gap) = 0, NULL, sum(d.spent_ms)) AS spent_ms,
    sum(d.views_evidence) AS views_evidence,
    sum(d.views_gap) AS views_gap,
    sum(d.views_unknown) AS views_unknown,
    sum(d.views_evidence + d.views_gap) / sum(d.views) AS coverage,
    count() OVER () AS total
FROM daily_sessions AS d
WHERE d.site = {site:String} AND d.tz = {tz:String} AND d.day >= {from:Date} AND d.day <= {to:Date}
  AND ({bots:String} = 'all' OR d.is_bot = ({bots:String} = 'bots'))
  AND ({search:String} = '' OR positionCaseInsensitiveUTF8(d.entry_path, {search:String}) > 0)
  AND (d.ip, d.agent, d.started_at) IN (SELECT ip, agent, started_at FROM filtered_views(site = {site:String}, tz = {tz:String}, from = {from:Date}, to = {to:Date}, bots = {bots:String},
    ip_from = {ip_from:IPv6}, ip_to = {ip_to:IPv6}, only = {only:Map(String, String)}, except = {except:Map(String, String)}) WHERE begins)
GROUP BY d.entry_path
ORDER BY
    if({descending:Bool}, {sort:Identifier}, defaultValueOfArgumentType({sort:Identifier})) DESC NULLS LAST,
    if({descending:Bool}, defaultValueOfArgumentType({sort:Identifier}), {sort:Identifier}) ASC NULLS LAST,
    entry_path
LIMIT {limit:UInt64} OFFSET {offset:UInt64}
-- A key of many sessions leads to no fewer rows, and sorting it takes long.
SETTINGS use_index_for_in_with_subqueries_max_values = 10000
