-- How the published days of a zone stand.
SELECT toString(day) AS day, argMax(toString(state), updated_at) AS state
FROM job_runs FINAL
WHERE job = 'daily' AND tz = {tz:String} AND day >= {from:Date} AND day <= {to:Date} AND state IN ('provisional', 'final')
GROUP BY job_runs.day
