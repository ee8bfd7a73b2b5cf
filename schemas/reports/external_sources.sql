-- How the calendars stand.
SELECT source, calls, not_before, fetched_at, failed_at, failure
FROM external_sources FINAL
