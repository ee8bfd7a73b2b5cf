-- Totals of a range, from the daily table; distinct addresses of the whole range from the one by address, as
-- numbers: distinct ones are found several times as fast as distinct IPv6.
SELECT
    sum(d.accesses) AS accesses,
    toUInt64(sum(d.sessions) - sumIf(d.sessions_continued, d.day != {from:Date})) AS sessions,
    sum(d.visitors) AS visitor_days,
    sum(d.bounces) AS bounces,
    if(sum(d.sessions) = 0, NULL, sum(d.bounces) / sum(d.sessions)) AS bounce_share,
    if(sum(d.views_evidence + d.views_gap) = 0, NULL, sum(d.spent_ms)) AS spent_ms,
    if(sum(d.views_evidence) = 0, NULL, sum(d.engaged_ms)) AS engaged_ms,
    if(sum(d.views_evidence + d.views_gap) = 0, NULL, intDivOrZero(sum(d.spent_ms), sum(d.views_evidence + d.views_gap))) AS mean_ms,
    sum(d.views_evidence) AS views_evidence,
    sum(d.views_gap) AS views_gap,
    sum(d.views_unknown) AS views_unknown,
    if(sum(d.accesses) = 0, NULL, sum(d.views_evidence + d.views_gap) / sum(d.accesses)) AS coverage,
    sum(d.views_both) AS views_both,
    sum(d.views_beacon_only) AS views_beacon_only,
    sum(d.views_log_only) AS views_log_only,
    (SELECT uniqExact(toUInt128(d.ip)) FROM daily_ip_access AS d WHERE d.site = {site:String} AND d.tz = {tz:String} AND d.day >= {from:Date} AND d.day <= {to:Date}
  AND ({bots:String} = 'all' OR d.is_bot = ({bots:String} = 'bots'))) AS addresses
FROM daily_site AS d
WHERE d.site = {site:String} AND d.tz = {tz:String} AND d.day >= {from:Date} AND d.day <= {to:Date}
  AND ({bots:String} = 'all' OR d.is_bot = ({bots:String} = 'bots'))
