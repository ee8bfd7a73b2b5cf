-- What is published of one address on one day, people and bots together.
SELECT
    sum(accesses) AS accesses,
    sum(sessions) AS sessions,
    sum(spent_ms) AS spent_ms,
    sum(engaged_ms) AS engaged_ms,
    sum(views_evidence) AS views_evidence,
    sum(views_gap) AS views_gap,
    sum(views_unknown) AS views_unknown
FROM daily_ip_access
WHERE day = {day:Date} AND tz = {tz:String} AND site = {site:String} AND ip = {ip:IPv6}
