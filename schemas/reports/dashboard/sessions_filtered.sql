-- One row per session whose first view passes the filters. (Its start tells the day.) A session that midnight
-- cuts has a row on each day. There are as many as views that pass and begin one.
SELECT
    d.started_at AS started_at, d.ip AS ip, d.entry_path AS entry_path, d.exit_path AS exit_path, d.views AS views, d.duration_ms AS duration_ms,
    if(d.views_evidence + d.views_gap = 0, NULL, d.spent_ms) AS spent_ms,
    if(d.views_evidence = 0, NULL, d.engaged_ms) AS engaged_ms,
    d.views_evidence AS views_evidence, d.views_gap AS views_gap, d.views_unknown AS views_unknown, d.bounce AS bounce, d.continued AS continued,
    d.channel AS channel, d.referrer_host AS referrer_host, d.utm_campaign AS utm_campaign, d.is_bot AS is_bot,
    (SELECT count() FROM filtered_views(site = {site:String}, tz = {tz:String}, from = {from:Date}, to = {to:Date}, bots = {bots:String},
    ip_from = {ip_from:IPv6}, ip_to = {ip_to:IPv6}, only = {only:Map(String, String)}, except = {except:Map(String, String)}) AS v
    WHERE v.begins AND ({search:String} = '' OR positionCaseInsensitiveUTF8(v.path, {search:String}) > 0)) AS total
FROM daily_sessions AS d
WHERE d.site = {site:String} AND d.tz = {tz:String} AND d.day >= {from:Date} AND d.day <= {to:Date}
  AND ({bots:String} = 'all' OR d.is_bot = ({bots:String} = 'bots'))
  AND ({search:String} = '' OR positionCaseInsensitiveUTF8(d.entry_path, {search:String}) > 0)
  AND (d.ip, d.agent, d.started_at) IN (SELECT ip, agent, started_at FROM filtered_views(site = {site:String}, tz = {tz:String}, from = {from:Date}, to = {to:Date}, bots = {bots:String},
    ip_from = {ip_from:IPv6}, ip_to = {ip_to:IPv6}, only = {only:Map(String, String)}, except = {except:Map(String, String)}) WHERE begins)
ORDER BY
    if({descending:Bool}, {sort:Identifier}, defaultValueOfArgumentType({sort:Identifier})) DESC NULLS LAST,
    if({descending:Bool}, defaultValueOfArgumentType({sort:Identifier}), {sort:Identifier}) ASC NULLS LAST,
    d.started_at, d.ip, d.agent
LIMIT {limit:UInt64} OFFSET {offset:UInt64}
-- A key of many sessions leads to no fewer rows, and sorting it takes long.
SETTINGS use_index_for_in_with_subqueries_max_values = 10000
