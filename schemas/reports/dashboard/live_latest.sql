-- The latest views.
SELECT event_time AS at, path, ip, toString(witness) AS witness
FROM events
WHERE site = {site:String} AND kind = 'pageview' AND event_time >= {since:DateTime64(3, 'UTC')} AND event_time < {until:DateTime64(3, 'UTC')}
ORDER BY event_time DESC, event_id
LIMIT 1 BY view_id
LIMIT 20
