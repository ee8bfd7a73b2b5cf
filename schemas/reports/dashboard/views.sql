-- One row per view, with what is known of its time.
SELECT
    v.started_at AS started_at, v.ip AS ip, v.path AS path, v.kind AS kind,
    if(v.kind = 'unknown', NULL, v.spent_ms) AS view_spent_ms,
    v.evidence AS evidence, v.begins AS begins, v.ends AS ends, v.channel AS channel, v.referrer_host AS referrer_host,
    v.browser AS browser, v.os AS os, v.device AS device, v.is_bot AS is_bot,
    (SELECT count() FROM filtered_views(site = {site:String}, tz = {tz:String}, from = {from:Date}, to = {to:Date}, bots = {bots:String},
    ip_from = {ip_from:IPv6}, ip_to = {ip_to:IPv6}, only = {only:Map(String, String)}, except = {except:Map(String, String)}) AS v
WHERE ({search:String} = '' OR positionCaseInsensitiveUTF8(v.path, {search:String}) > 0)) AS total
FROM filtered_views(site = {site:String}, tz = {tz:String}, from = {from:Date}, to = {to:Date}, bots = {bots:String},
    ip_from = {ip_from:IPv6}, ip_to = {ip_to:IPv6}, only = {only:Map(String, String)}, except = {except:Map(String, String)}) AS v
WHERE ({search:String} = '' OR positionCaseInsensitiveUTF8(v.path, {search:String}) > 0)
ORDER BY
    if({descending:Bool}, {sort:Identifier}, defaultValueOfArgumentType({sort:Identifier})) DESC NULLS LAST,
    if({descending:Bool}, defaultValueOfArgumentType({sort:Identifier}), {sort:Identifier}) ASC NULLS LAST,
    v.started_at, v.ip, v.agent, v.path
LIMIT {limit:UInt64} OFFSET {offset:UInt64}
