-- Who saw the views that pass the filters, by day.
SELECT
    toString(v.day) AS day,
    count() AS accesses,
    countIf(v.evidence = 'both') AS views_both,
    countIf(v.evidence = 'beacon_only') AS views_beacon_only,
    countIf(v.evidence = 'log_only') AS views_log_only,
    if(countIf(v.evidence != 'log_only') = 0 OR countIf(v.evidence != 'beacon_only') = 0, NULL, countIf(v.evidence = 'log_only') / countIf(v.evidence != 'beacon_only')) AS log_only_share,
    count() OVER () AS total
FROM filtered_views(site = {site:String}, tz = {tz:String}, from = {from:Date}, to = {to:Date}, bots = {bots:String},
    ip_from = {ip_from:IPv6}, ip_to = {ip_to:IPv6}, only = {only:Map(String, String)}, except = {except:Map(String, String)}) AS v
WHERE ({search:String} = '' OR positionCaseInsensitiveUTF8(toString(v.day), {search:String}) > 0)
GROUP BY v.day
ORDER BY
    if({descending:Bool}, {sort:Identifier}, defaultValueOfArgumentType({sort:Identifier})) DESC NULLS LAST,
    if({descending:Bool}, defaultValueOfArgumentType({sort:Identifier}), {sort:Identifier}) ASC NULLS LAST,
    day
LIMIT {limit:UInt64} OFFSET {offset:UInt64}
