-- The newest row of each request of a job: those that are not answered yet or, with an id, those of one asking.
SELECT job, day, tz, request_id, state, requested_at, updated_at, requested_by, reason, run_id, answer
FROM job_requests FINAL
WHERE job = {job:String}
  AND ({unanswered:Bool} AND state IN ('open', 'running') OR request_id = {request_id:UUID})
ORDER BY day, tz, requested_at, request_id
