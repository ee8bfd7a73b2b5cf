-- Networks that read the site, of the views that pass the filters.
SELECT
    v.organisation AS organisation, v.asn AS asn, v.network_class AS network_class, v.country AS country,
    count() AS accesses,
    toUInt64(countIf(v.begins) - countIf(v.continued AND v.day != {from:Date})) AS sessions,
    uniqExact(v.day, v.ip, v.is_bot) AS address_days,
    uniqExact(v.day) AS days,
    if(countIf(v.kind != 'unknown') = 0, NULL, sum(v.spent_ms)) AS spent_ms,
    if(countIf(v.kind = 'evidence') = 0, NULL, sumIf(v.spent_ms, v.kind = 'evidence')) AS engaged_ms,
    countIf(v.kind = 'evidence') AS views_evidence,
    countIf(v.kind = 'gap') AS views_gap,
    countIf(v.kind = 'unknown') AS views_unknown,
    if(count() = 0, NULL, countIf(v.kind != 'unknown') / count()) AS coverage,
    toString(max(v.day)) AS last_day,
    count() OVER () AS total
FROM filtered_views(site = {site:String}, tz = {tz:String}, from = {from:Date}, to = {to:Date}, bots = {bots:String},
    ip_from = {ip_from:IPv6}, ip_to = {ip_to:IPv6}, only = {only:Map(String, String)}, except = {except:Map(String, String)}) AS v
WHERE ({search:String} = '' OR positionCaseInsensitiveUTF8(v.organisation, {search:String}) > 0)
GROUP BY v.organisation, v.asn, v.network_class, v.country
ORDER BY
    if({descending:Bool}, {sort:Identifier}, defaultValueOfArgumentType({sort:Identifier})) DESC NULLS LAST,
    if({descending:Bool}, defaultValueOfArgumentType({sort:Identifier}), {sort:Identifier}) ASC NULLS LAST,
    organisation, asn, network_class, country
LIMIT {limit:UInt64} OFFSET {offset:UInt64}
