-- The views whose page view was stored more than once: the same event twice, or two events.
INSERT INTO {repeats:Identifier} (site, view)
SELECT site, toUInt128(view_id) AS view
FROM events
WHERE event_time >= {read_from:DateTime64(3, 'UTC')} AND event_time < {read_to:DateTime64(3, 'UTC')}
  AND kind = 'pageview'
  AND ({all_sites:Bool} OR has({sites:Array(String)}, site))
GROUP BY site, view
HAVING count() > 1
SETTINGS optimize_aggregation_in_order = 1, max_insert_threads = 2, max_memory_usage = 2000000000
