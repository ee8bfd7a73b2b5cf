-- Today so far, straight from the events, by site.
SELECT
    site,
    uniqExact(view_id) AS views,
    uniqExact(ip) AS addresses,
    max(event_time) AS last_view
FROM events
WHERE kind = 'pageview'
  AND event_time >= {day_start:DateTime64(3, 'UTC')} AND event_time < {day_end:DateTime64(3, 'UTC')}
GROUP BY site
ORDER BY views DESC, site
LIMIT {limit:UInt32}
