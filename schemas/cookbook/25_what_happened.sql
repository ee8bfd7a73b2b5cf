-- What happened that day, and what is announced next: launches, fairs, notes?
--
-- site  site key
-- tz    the site's time zone
-- from  first local day
-- to    last local day; in the future for what is announced
--
-- SET param_site = 'example.com', param_tz = 'Europe/Vienna', param_from = '2026-01-19', param_to = '2026-02-01';
--
-- What begins before the range and lasts into it counts too. An event that is not announced any more is left out;
-- stale says that its source could not be read lately. Launches have the source launches, notes of people annotation.
SELECT
    toDate(starts_at, {tz:String}) AS day,
    formatDateTime(starts_at, '%F %R', {tz:String}) AS begins,
    formatDateTime(ends_at, '%F %R', {tz:String}) AS ends,
    source,
    title,
    status,
    details['provider'] AS provider,
    details['pad'] AS pad,
    url,
    stale
FROM external_events FINAL
WHERE NOT gone AND (site = {site:String} OR site = '')
    AND (starts_at >= toDateTime({from:Date}, {tz:String}) OR ends_at > toDateTime({from:Date}, {tz:String}))
    AND starts_at < toDateTime({to:Date} + 1, {tz:String})
ORDER BY starts_at, source, id
LIMIT 1000
