-- The sites with what is published of them, and those that sent something lately.
SELECT site, tz, toString(min(day)) AS first_day, toString(max(day)) AS last_day
FROM daily_site
GROUP BY site, tz
UNION ALL
SELECT DISTINCT site, '' AS tz, '' AS first_day, '' AS last_day
FROM events
WHERE event_time >= {since:DateTime64(3, 'UTC')} AND kind = 'pageview'
ORDER BY site, tz
