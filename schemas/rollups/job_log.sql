-- The steps of a run, in their order.
SELECT run_id, job, tz, day, at, seq, level, step, message, attrs
FROM job_log
WHERE run_id = {run_id:UUID}
ORDER BY seq, at
