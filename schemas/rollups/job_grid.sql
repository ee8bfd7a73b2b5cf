-- Each day of a range that has runs: how many, the newest of them, and the newest that has published.
SELECT
    day,
    tz,
    count() AS attempts,
    argMax(run_id, (started_at, run_id)) AS newest_id,
    toString(argMax(state, (started_at, run_id))) AS newest_state,
    max(started_at) AS newest_started,
    argMax(updated_at, (started_at, run_id)) AS newest_updated,
    argMax(error, (started_at, run_id)) AS newest_error,
    argMax(cause, (started_at, run_id)) AS newest_cause,
    argMax(asked_by, (started_at, run_id)) AS newest_asked_by,
    argMax(reason, (started_at, run_id)) AS newest_reason,
    argMaxIf(run_id, (started_at, run_id), published) AS published_id,
    if(countIf(published) = 0, '', toString(argMaxIf(state, (started_at, run_id), published))) AS published_state,
    maxIf(started_at, published) AS published_started,
    argMaxIf(updated_at, (started_at, run_id), published) AS published_updated,
    argMaxIf(views, (started_at, run_id), published) AS published_views,
    argMaxIf(spent_ms, (started_at, run_id), published) AS published_spent_ms
FROM
(
    SELECT *, state IN ('provisional', 'final') AS published
    FROM job_runs FINAL
    WHERE job = {job:String} AND day >= {from:Date} AND day <= {to:Date}
)
GROUP BY day, tz
ORDER BY day, tz
