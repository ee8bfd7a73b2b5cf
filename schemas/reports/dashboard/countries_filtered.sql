-- Countries of the addresses, of the views that pass the filters.
SELECT
    v.country AS country,
    count() AS accesses,
    toUInt64(countIf(v.begins) - countIf(v.continued AND v.day != {from:Date})) AS sessions,
    uniqExact(v.day, v.ip, v.is_bot) AS address_days,
    countIf(v.begins AND v.ends AND (v.kind != 'evidence' OR v.spent_ms < 10000)) AS bounces,
    if(countIf(v.kind != 'unknown') = 0, NULL, sum(v.spent_ms)) AS spent_ms,
    countIf(v.kind = 'evidence') AS views_evidence,
    countIf(v.kind = 'gap') AS views_gap,
    countIf(v.kind = 'unknown') AS views_unknown,
    if(count() = 0, NULL, countIf(v.kind != 'unknown') / count()) AS coverage,
    count() OVER () AS total
FROM filtered_views(site = {site:String}, tz = {tz:String}, from = {from:Date}, to = {to:Date}, bots = {bots:String},
    ip_from = {ip_from:IPv6}, ip_to = {ip_to:IPv6}, only = {only:Map(String, String)}, except = {except:Map(String, String)}) AS v
WHERE ({search:String} = '' OR positionCaseInsensitiveUTF8(v.country, {search:String}) > 0)
GROUP BY v.country
ORDER BY
    if({descending:Bool}, {sort:Identifier}, defaultValueOfArgumentType({sort:Identifier})) DESC NULLS LAST,
    if({descending:Bool}, defaultValueOfArgumentType({sort:Identifier}), {sort:Identifier}) ASC NULLS LAST,
    country
LIMIT {limit:UInt64} OFFSET {offset:UInt64}
