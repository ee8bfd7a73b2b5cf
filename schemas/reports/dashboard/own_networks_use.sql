-- Which versions of the own list of networks events were recorded with ('' is none), the one used last first.
SELECT extract(enrich_rules, 'networks ([0-9a-f]{12})') AS version, max(received_time) AS used, count() AS events
FROM events
WHERE event_time >= {since:DateTime64(3, 'UTC')} AND event_time < {until:DateTime64(3, 'UTC')}
GROUP BY version
ORDER BY used DESC, version
LIMIT 5
