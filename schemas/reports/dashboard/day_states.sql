-- How the published days of a zone stand.
SELECT toString(r.day) AS day, argMax(toString(r.state), r.updated_at) AS state
FROM job_runs AS r FINAL
WHERE r.job = 'daily' AND r.tz = {tz:String} AND r.day >= {from:Date} AND r.day <= {to:Date} AND r.state IN ('provisional', 'final')
GROUP BY r.day
