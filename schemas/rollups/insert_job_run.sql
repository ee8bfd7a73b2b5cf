INSERT INTO job_runs
    (job, day, tz, run_id, state, started_at, updated_at, views, spent_ms, rows, checksums, error, definition_version)
