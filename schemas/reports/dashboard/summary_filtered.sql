-- Totals of the views that pass the filters. Visitors and addresses are told apart as numbers, which is quicker: of a
-- visitor's day the address takes 128 bits, the user-agent 64, the day 16 and the bot mark one.
SELECT
    count() AS accesses,
    toUInt64(countIf(v.begins) - countIf(v.continued AND v.day != {from:Date})) AS sessions,
    uniqExact(bitShiftLeft(toUInt256(toUInt128(v.ip)), 128) + bitShiftLeft(toUInt256(v.agent), 64) + 2 * toUInt16(v.day) + v.is_bot) AS visitor_days,
    countIf(v.begins AND v.ends AND (v.kind != 'evidence' OR v.spent_ms < 10000)) AS bounces,
    if(countIf(v.begins) = 0, NULL, countIf(v.begins AND v.ends AND (v.kind != 'evidence' OR v.spent_ms < 10000)) / countIf(v.begins)) AS bounce_share,
    if(countIf(v.kind != 'unknown') = 0, NULL, sum(v.spent_ms)) AS spent_ms,
    if(countIf(v.kind = 'evidence') = 0, NULL, sumIf(v.spent_ms, v.kind = 'evidence')) AS engaged_ms,
    if(countIf(v.kind != 'unknown') = 0, NULL, intDivOrZero(sum(v.spent_ms), countIf(v.kind != 'unknown'))) AS mean_ms,
    countIf(v.kind = 'evidence') AS views_evidence,
    countIf(v.kind = 'gap') AS views_gap,
    countIf(v.kind = 'unknown') AS views_unknown,
    if(count() = 0, NULL, countIf(v.kind != 'unknown') / count()) AS coverage,
    countIf(v.evidence = 'both') AS views_both,
    countIf(v.evidence = 'beacon_only') AS views_beacon_only,
    countIf(v.evidence = 'log_only') AS views_log_only,
    uniqExact(toUInt128(v.ip)) AS addresses
FROM filtered_views(site = {site:String}, tz = {tz:String}, from = {from:Date}, to = {to:Date}, bots = {bots:String},
    ip_from = {ip_from:IPv6}, ip_to = {ip_to:IPv6}, only = {only:Map(String, String)}, except = {except:Map(String, String)}) AS v
