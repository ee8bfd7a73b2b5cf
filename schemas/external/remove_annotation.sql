-- A note is removed by a newer row that says so.
INSERT INTO external_events (source, id, site, title, author, starts_at, ends_at, gone)
SELECT source, id, site, title, author, starts_at, ends_at, true
FROM external_events FINAL
WHERE source = 'annotation' AND id = {id:String} AND site = {site:String} AND NOT gone
