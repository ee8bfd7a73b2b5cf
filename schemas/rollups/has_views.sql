-- Whether a page view that started on a day is stored.
SELECT count() > 0 AS found
FROM
(
    SELECT 1
    FROM events
    WHERE kind = 'pageview'
      AND event_time >= {day_start:DateTime64(3, 'UTC')} AND event_time < {day_end:DateTime64(3, 'UTC')}
      AND ({all_sites:Bool} OR has({sites:Array(String)}, site))
    LIMIT 1
)
