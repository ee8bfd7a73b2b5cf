-- How many page view events a run will read, so that it can choose its number of buckets.
SELECT count() AS page_views
FROM events
WHERE event_time >= {read_from:DateTime64(3, 'UTC')} AND event_time < {read_to:DateTime64(3, 'UTC')}
  AND kind = 'pageview'
  AND ({all_sites:Bool} OR has({sites:Array(String)}, site))
