-- The question of the custom events' page, asked of the raw events.
WITH
    sumMap(e.pairs, arrayWithConstant(length(e.pairs), 1::UInt64)) AS counted
SELECT
    e.name AS name,
    count() AS events,
    uniqExact(e.view_id) AS event_views,
    uniqExact(e.ip) AS addresses,
    min(e.event_time) AS first_seen,
    max(e.event_time) AS last_seen,
    arrayStringConcat(arrayMap(p -> concat(p.1, ' (', toString(p.2), ')'),
        arraySlice(arraySort(p -> (-p.2, p.1), arrayZip(counted.1, counted.2)), 1, 5)), '; ') AS properties
FROM
(
    SELECT name, view_id, ip, event_time, arrayMap((k, v) -> concat(k, ': ', v), mapKeys(props), mapValues(props)) AS pairs
    FROM events
    PREWHERE kind = 'custom' AND site = 'site'
      AND event_time >= {since:DateTime64(3, 'UTC')} AND event_time < {until:DateTime64(3, 'UTC')}
      AND bot_reasons = 0
    LIMIT 1 BY event_id
) AS e
GROUP BY e.name
ORDER BY events DESC
LIMIT 50
