-- The newest row of each run, newest run first.
SELECT job, day, tz, run_id, state, started_at, updated_at, views, spent_ms, rows, checksums, error, definition_version,
       cause, asked_by, reason, sites, events, first_stored, last_stored
FROM job_runs FINAL
WHERE job = {job:String} AND day >= {from:Date} AND day <= {to:Date}
ORDER BY started_at DESC, run_id
LIMIT {limit:UInt32}
