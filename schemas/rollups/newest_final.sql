-- The newest final day of each zone.
SELECT tz, max(day) AS newest
FROM job_runs FINAL
WHERE job = {job:String} AND state = 'final'
GROUP BY tz
ORDER BY tz
