INSERT INTO job_looks
    (job, tz, looked_at, every_ms, refresh_ms, grace_ms, deadline_ms, incomplete, due, overdue)
