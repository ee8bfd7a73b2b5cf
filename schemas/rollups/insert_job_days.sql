INSERT INTO job_days
    (job, day, tz, found_at, reason, detail, due, views, last_stored)
