INSERT INTO job_log
    (run_id, job, tz, day, at, seq, level, step, message, attrs)
