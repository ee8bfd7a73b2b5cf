INSERT INTO job_runs
    (job, day, tz, run_id, state, started_at, updated_at, views, spent_ms, rows, checksums, error, definition_version,
     cause, asked_by, reason, sites, events, first_stored, last_stored)
