-- One event of a source, of a site or of all.
SELECT source, id, title, url, author, starts_at, ends_at, stale
FROM external_events FINAL
WHERE source = {source:String} AND id = {id:String} AND NOT gone AND (site = {site:String} OR site = '')
