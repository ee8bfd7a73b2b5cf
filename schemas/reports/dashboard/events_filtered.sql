-- Custom events by name, of those that pass the filters.
WITH
    sumMap(e.pairs, arrayWithConstant(length(e.pairs), 1::UInt64)) AS counted
SELECT
    e.name AS name,
    count() AS events,
    uniqExact(e.view_id) AS event_views,
    uniqExact(e.ip) AS addresses,
    min(e.event_time) AS first_seen,
    max(e.event_time) AS last_seen,
    arrayStringConcat(arrayMap(p -> concat(p.1, ' (', toString(p.2), ')'),
        arraySlice(arraySort(p -> (-p.2, p.1), arrayZip(counted.1, counted.2)), 1, 5)), '; ') AS properties,
    count() OVER () AS total
FROM
(
    SELECT name, view_id, ip, event_time, arrayMap((k, v) -> concat(k, ': ', v), mapKeys(props), mapValues(props)) AS pairs
    FROM filtered_events(site = {site:String}, tz = {tz:String}, from = {from:Date}, to = {to:Date}, bots = {bots:String},
        ip_from = {ip_from:IPv6}, ip_to = {ip_to:IPv6}, only = {only:Map(String, String)}, except = {except:Map(String, String)})
    WHERE ({search:String} = '' OR positionCaseInsensitiveUTF8(name, {search:String}) > 0)
) AS e
GROUP BY e.name
ORDER BY
    if({descending:Bool}, {sort:Identifier}, defaultValueOfArgumentType({sort:Identifier})) DESC NULLS LAST,
    if({descending:Bool}, defaultValueOfArgumentType({sort:Identifier}), {sort:Identifier}) ASC NULLS LAST,
    name
LIMIT {limit:UInt64} OFFSET {offset:UInt64}
