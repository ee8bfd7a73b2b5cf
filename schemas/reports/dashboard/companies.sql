-- Networks that may be companies: of the views that pass the filters, those with enough views and time. The networks of
-- internet providers, hosting and tunnels say nothing of who reads, and are never among them; providers that no rule
-- knows are among the networks of unknown kind, of which one is not sure.
SELECT
    v.organisation AS organisation, v.network_class AS network_class,
    arrayStringConcat(arraySort(groupUniqArrayIf(v.country, v.country != '')), ', ') AS countries,
    multiIf(v.asn = 0, 'high', v.network_class = '', 'low', 'medium') AS confidence,
    multiIf(
        v.asn = 0, 'on your own list',
        v.network_class = 'business', 'business by the rules',
        v.network_class = '', 'unknown kind of network, may be a provider',
        v.network_class || ' by the rules') AS reason,
    count() AS accesses,
    toUInt64(countIf(v.begins) - countIf(v.continued AND v.day != {from:Date})) AS sessions,
    uniqExact(v.ip) AS addresses,
    uniqExact(v.day) AS days,
    uniqExact(v.path) AS paths,
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
WHERE v.organisation != '' AND v.network_class NOT IN ('isp', 'hosting', 'vpn')
  AND ({search:String} = '' OR positionCaseInsensitiveUTF8(v.organisation, {search:String}) > 0)
GROUP BY v.organisation, v.network_class, v.asn = 0
HAVING indexOf(['low', 'medium', 'high'], confidence) >= indexOf(['low', 'medium', 'high'], {least_confidence:String})
    AND accesses >= {least_views:UInt64} AND sum(v.spent_ms) >= {least_ms:UInt64}
ORDER BY
    if({descending:Bool}, {sort:Identifier}, defaultValueOfArgumentType({sort:Identifier})) DESC NULLS LAST,
    if({descending:Bool}, defaultValueOfArgumentType({sort:Identifier}), {sort:Identifier}) ASC NULLS LAST,
    organisation, network_class, confidence
LIMIT {limit:UInt64} OFFSET {offset:UInt64}
