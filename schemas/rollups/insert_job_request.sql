INSERT INTO job_requests
    (job, day, tz, request_id, state, requested_at, updated_at, requested_by, reason, run_id, answer)
