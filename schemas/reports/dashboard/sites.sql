-- The sites with what is published of them, and those that sent something lately.
SELECT site, tz, toString(min(day)) AS first_day, toString(max(day)) AS last_day
FROM
(
    SELECT site, tz, day FROM daily_site
    UNION ALL
    SELECT site, tz, day FROM daily_events
)
GROUP BY site, tz
UNION ALL
SELECT DISTINCT site, '' AS tz, '' AS first_day, '' AS last_day
FROM events
WHERE event_time >= {since:DateTime64(3, 'UTC')} AND kind IN ('pageview', 'custom')
ORDER BY site, tz
