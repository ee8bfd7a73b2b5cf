-- What the rollup has found out about the days of a range that have events.
SELECT job, day, tz, found_at, reason, detail, due, views, last_stored
FROM job_days FINAL
WHERE job = {job:String} AND day >= {from:Date} AND day <= {to:Date}
ORDER BY day, tz
