-- Views by minute; one that two witnesses saw under ids of their own counts twice until its day is computed.
SELECT toDateTime64(toStartOfMinute(started), 3, 'UTC') AS start, count() AS views
FROM (SELECT view_id, min(event_time) AS started FROM events WHERE site = {site:String} AND kind = 'pageview' AND event_time >= {since:DateTime64(3, 'UTC')} AND event_time < {until:DateTime64(3, 'UTC')} GROUP BY view_id)
GROUP BY start
ORDER BY start
