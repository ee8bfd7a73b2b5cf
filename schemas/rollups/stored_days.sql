-- The local days that hold views of these sites, and when each last got an event.
SELECT toDate(event_time, {tz:String}) AS local_day, max(stored_time) AS last_stored
FROM events
WHERE {all_sites:Bool} OR has({sites:Array(String)}, site)
GROUP BY local_day
ORDER BY local_day
