-- The latest runs of the daily job.
SELECT
    day, tz, state, started_at,
    dateDiff('millisecond', started_at, updated_at) AS duration_ms,
    views, spent_ms, error
FROM job_runs FINAL
ORDER BY started_at DESC
LIMIT {limit:UInt32}
