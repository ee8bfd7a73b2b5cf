-- On which pages do visits begin and end at once?
--
-- site      site key
-- tz        the site's time zone
-- from      first local day
-- to        last local day
-- at_least  sessions that a page must have
--
-- SET param_site = 'example.com', param_tz = 'Europe/Vienna', param_from = '2026-01-19', param_to = '2026-02-01',
--     param_at_least = 5;
--
-- A bounce is a session of one view whose engaged time is unknown or under 10 s. Where most bounces are of
-- unknown time, readers may have stayed: nobody measured it. Second halves of sessions across midnight
-- are left out, as they have no entry page. People only.
SELECT
    entry_path,
    count() AS sessions,
    countIf(bounce) AS bounces,
    round(bounces / sessions, 2) AS bounce_share,
    countIf(bounce AND views_unknown = 1) AS bounces_of_unknown_time
FROM daily_sessions
WHERE site = {site:String} AND tz = {tz:String} AND day BETWEEN {from:Date} AND {to:Date} AND NOT is_bot AND NOT continued
GROUP BY entry_path
HAVING sessions >= {at_least:UInt64}
ORDER BY bounce_share DESC, sessions DESC, entry_path
