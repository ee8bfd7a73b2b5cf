-- How many custom events happened on the day, for the checks: by id, and with the earliest time that was told of each.
SELECT count() AS events
FROM
(
    SELECT 1
    FROM events
    WHERE kind = 'custom'
      AND event_time >= {read_from:DateTime64(3, 'UTC')} AND event_time < {day_end:DateTime64(3, 'UTC')}
      AND ({all_sites:Bool} OR has({sites:Array(String)}, site))
    GROUP BY site, event_id
    HAVING min(event_time) >= {day_start:DateTime64(3, 'UTC')}
)
SETTINGS max_threads = 1, max_memory_usage = 2000000000, max_bytes_before_external_group_by = 1000000000
