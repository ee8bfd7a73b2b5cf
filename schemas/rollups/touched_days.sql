-- The local days that views and custom events stored (or changed) since an instant can change, when the last such
-- row was stored, and how many of them started on the day, about. A view reaches from its start to the end of
-- its engaged time; it can change its own day, the days that it reaches into, and, since a session
-- bridges pauses of up to 30 minutes, those that lie within 30 minutes of either end. (One case is left
-- out: a page in use across midnight can tie a view of the evening to one later in the night.) A custom event
-- changes its own day, and one that begins within 30 minutes: a second attempt, whose time is a little off, may
-- have counted there.
WITH
    toDate(if(is_view, start - INTERVAL 30 MINUTE, start), {tz:String}) AS first_day,
    toDate(addMilliseconds(start, reach_ms) + INTERVAL 30 MINUTE, {tz:String}) AS last_day
SELECT
    local_day,
    max(stored) AS last_stored,
    countIf(local_day = toDate(start, {tz:String})) AS events
FROM
(
    SELECT
        true AS is_view,
        minIf(event_time, kind = 'pageview') AS start,
        greatest(
            least(
                maxIf(toInt64(engaged_ms), kind = 'engagement' AND witness = 'beacon'),
                dateDiff('millisecond', minIf(received_time, witness = 'beacon'), maxIf(received_time, witness = 'beacon')) + 5000
            ),
            maxIf(toInt64(engaged_ms), kind = 'engagement' AND witness != 'beacon')) AS reach_ms,
        max(stored_time) AS stored
    FROM events
    WHERE kind IN ('pageview', 'engagement')
      AND ({all_sites:Bool} OR has({sites:Array(String)}, site))
      AND ({everything:Bool} OR (
          event_time >= (SELECT min(event_time) - INTERVAL 25 HOUR FROM events WHERE stored_time >= {since:DateTime64(3, 'UTC')})
          AND event_time < (SELECT max(event_time) + INTERVAL 25 HOUR FROM events WHERE stored_time >= {since:DateTime64(3, 'UTC')})
          AND (site, view_id) IN (SELECT site, view_id FROM events WHERE stored_time >= {since:DateTime64(3, 'UTC')})))
    GROUP BY site, view_id
    HAVING countIf(kind = 'pageview') > 0
    UNION ALL
    SELECT false, event_time, 0, stored_time
    FROM events
    WHERE kind = 'custom'
      AND ({all_sites:Bool} OR has({sites:Array(String)}, site))
      AND ({everything:Bool} OR stored_time >= {since:DateTime64(3, 'UTC')})
)
ARRAY JOIN arrayMap(n -> first_day + n, range(toUInt32(last_day - first_day + 1))) AS local_day
GROUP BY local_day
ORDER BY local_day
SETTINGS max_memory_usage = 2000000000, max_bytes_before_external_group_by = 1000000000
