-- Figures by day, from the daily table.
SELECT
    toString(d.day) AS day,
    sum(d.accesses) AS accesses,
    sum(d.sessions) AS sessions,
    sum(d.bounces) AS bounces,
    if(sum(d.views_evidence + d.views_gap) = 0, NULL, sum(d.spent_ms)) AS spent_ms,
    if(sum(d.views_evidence) = 0, NULL, sum(d.engaged_ms)) AS engaged_ms,
    sum(d.views_evidence) AS views_evidence,
    sum(d.views_gap) AS views_gap,
    sum(d.views_unknown) AS views_unknown,
    sum(d.addresses) AS addresses
FROM daily_site AS d
WHERE d.site = {site:String} AND d.tz = {tz:String} AND d.day >= {from:Date} AND d.day <= {to:Date}
  AND ({bots:String} = 'all' OR d.is_bot = ({bots:String} = 'bots'))
GROUP BY d.day
ORDER BY d.day
