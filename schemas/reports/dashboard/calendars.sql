-- How the calendars stand that events come from; those that no settings name any more are left out after a month.
SELECT source, fetched_at, failed_at, failure
FROM external_sources FINAL
WHERE updated_at >= now64(3) - INTERVAL 31 DAY
ORDER BY source
