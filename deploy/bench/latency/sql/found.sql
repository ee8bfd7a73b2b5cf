-- The events that were stored lately.
SELECT DISTINCT view_id
FROM events
WHERE stored_time >= {since:DateTime64(3, 'UTC')}
