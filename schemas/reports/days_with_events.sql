-- The local days on which page views or custom events of some sites, or ([]) of any, happened, and how many events tell so.
SELECT toDate(event_time, {tz:String}) AS day, count() AS events
FROM events
WHERE kind IN ('pageview', 'custom') AND (empty({sites:Array(String)}) OR site IN {sites:Array(String)})
    AND event_time >= {from:DateTime64(3, 'UTC')} AND event_time < {to:DateTime64(3, 'UTC')}
GROUP BY day
ORDER BY day
