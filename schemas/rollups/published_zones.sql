-- The zones that published days stand in.
SELECT DISTINCT toString(tz) AS zone
FROM
(
    SELECT tz FROM daily_site
    UNION ALL
    SELECT tz FROM daily_events
)
ORDER BY zone
