-- All that is known of a calendar, with what is gone.
SELECT id, site, title, url, starts_at, ends_at, status, details, gone, stale
FROM external_events FINAL
WHERE source = {source:String}
