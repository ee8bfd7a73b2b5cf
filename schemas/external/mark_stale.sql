-- A calendar cannot be read: what it announced may have changed. What is past stays as it was.
INSERT INTO external_events (source, id, site, title, url, author, starts_at, ends_at, status, details, gone, stale)
SELECT source, id, site, title, url, author, starts_at, ends_at, status, details, gone, true
FROM external_events FINAL
WHERE source = {source:String} AND NOT gone AND NOT stale AND ends_at >= {now:DateTime64(3, 'UTC')}
