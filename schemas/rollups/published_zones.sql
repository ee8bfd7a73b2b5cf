-- The zones that published days stand in.
SELECT DISTINCT toString(tz) AS zone
FROM daily_site
ORDER BY zone
