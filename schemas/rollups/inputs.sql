-- The stored events that a run of the selected sites reads.
SELECT count() AS events, min(stored_time) AS first_stored, max(stored_time) AS last_stored
FROM events
WHERE event_time >= {read_from:DateTime64(3, 'UTC')} AND event_time < {read_to:DateTime64(3, 'UTC')}
  AND ({all_sites:Bool} OR has({sites:Array(String)}, site))
