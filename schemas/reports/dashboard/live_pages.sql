-- The pages that are read most.
SELECT path, uniqExact(view_id) AS views, uniqExact(ip) AS addresses
FROM events
WHERE site = {site:String} AND kind = 'pageview' AND event_time >= {since:DateTime64(3, 'UTC')} AND event_time < {until:DateTime64(3, 'UTC')}
GROUP BY path
ORDER BY views DESC, path
LIMIT 10
