-- Figures by day of the views that pass the filters.
SELECT
    toString(v.day) AS day,
    count() AS accesses,
    countIf(v.begins) AS sessions,
    countIf(v.begins AND v.ends AND (v.kind != 'evidence' OR v.spent_ms < 10000)) AS bounces,
    if(countIf(v.kind != 'unknown') = 0, NULL, sum(v.spent_ms)) AS spent_ms,
    if(countIf(v.kind = 'evidence') = 0, NULL, sumIf(v.spent_ms, v.kind = 'evidence')) AS engaged_ms,
    countIf(v.kind = 'evidence') AS views_evidence,
    countIf(v.kind = 'gap') AS views_gap,
    countIf(v.kind = 'unknown') AS views_unknown,
    uniqExactIf(toUInt128(v.ip), v.is_bot) + uniqExactIf(toUInt128(v.ip), NOT v.is_bot) AS addresses
FROM filtered_views(site = {site:String}, tz = {tz:String}, from = {from:Date}, to = {to:Date}, bots = {bots:String},
    ip_from = {ip_from:IPv6}, ip_to = {ip_to:IPv6}, only = {only:Map(String, String)}, except = {except:Map(String, String)}) AS v
GROUP BY v.day
ORDER BY v.day
