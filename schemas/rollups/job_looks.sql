-- The last comparison of each zone's days with the ledger.
SELECT job, tz, looked_at, every_ms, refresh_ms, grace_ms, deadline_ms, incomplete, due, overdue
FROM job_looks FINAL
WHERE job = {job:String}
ORDER BY tz
