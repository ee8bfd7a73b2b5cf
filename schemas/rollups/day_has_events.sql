-- Whether a page view or a custom event of a day is stored.
SELECT count() > 0 AS found
FROM
(
    SELECT 1
    FROM events
    WHERE kind IN ('pageview', 'custom')
      AND event_time >= {day_start:DateTime64(3, 'UTC')} AND event_time < {day_end:DateTime64(3, 'UTC')}
      AND ({all_sites:Bool} OR has({sites:Array(String)}, site))
    LIMIT 1
)
