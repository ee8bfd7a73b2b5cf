-- What happened in a range of time, of a site and of all.
SELECT source, id, title, url, author, starts_at, stale
FROM external_events FINAL
WHERE NOT gone AND (site = {site:String} OR site = '')
  AND starts_at >= {since:DateTime64(3, 'UTC')} AND starts_at < {until:DateTime64(3, 'UTC')}
ORDER BY starts_at, source, id
LIMIT 1000
