-- Published days, newest first, by site.
SELECT
    day, tz, site,
    sum(accesses) AS accesses,
    sum(sessions) AS sessions,
    uniqExact(ip) AS addresses,
    sum(spent_ms) AS spent_ms,
    sum(views_evidence) AS views_evidence,
    sum(views_gap) AS views_gap,
    sum(views_unknown) AS views_unknown
FROM daily_ip_access
WHERE NOT is_bot
GROUP BY day, tz, site
ORDER BY day DESC, site
LIMIT {limit:UInt32}
