-- The hosts that send most readers.
SELECT referrer_host, uniqExact(view_id) AS views
FROM events
WHERE site = {site:String} AND kind = 'pageview' AND event_time >= {since:DateTime64(3, 'UTC')} AND event_time < {until:DateTime64(3, 'UTC')} AND referrer_host != '' AND referrer_host != host
GROUP BY referrer_host
ORDER BY views DESC, referrer_host
LIMIT 10
