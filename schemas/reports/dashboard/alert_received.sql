-- When the collector took the newest event of a site; none: 1970.
SELECT max(received_time) AS received
FROM events
WHERE site = {site:String} AND event_time >= {since:DateTime64(3, 'UTC')} AND event_time < {until:DateTime64(3, 'UTC')}
