-- Published days, newest first, by site.
SELECT
    day, tz, site,
    sum(accesses) AS accesses,
    sum(sessions) AS sessions,
    uniqExact(ip) AS addresses,
    if(sum(d.views_evidence + d.views_gap) = 0, NULL, sum(d.spent_ms)) AS spent_ms, -- unknown is not 0
    sum(d.views_evidence) AS views_evidence,
    sum(d.views_gap) AS views_gap,
    sum(views_unknown) AS views_unknown
FROM daily_ip_access AS d
WHERE NOT is_bot
GROUP BY day, tz, site
ORDER BY day DESC, site
LIMIT {limit:UInt32}
