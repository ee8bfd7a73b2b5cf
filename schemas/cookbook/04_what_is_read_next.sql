-- What do the readers of a page read next?
--
-- site  site key
-- tz    the site's time zone
-- from  first local day
-- to    last local day
-- path  the page
--
-- SET param_site = 'example.com', param_tz = 'Europe/Vienna', param_from = '2026-01-19', param_to = '2026-02-01',
--     param_path = '/pricing';
--
-- A next view counts when it begins at most 30 minutes after the last sign of the reader: the rule that cuts
-- sessions. It reads page_views, so days that are not published yet count too. People only.
SELECT
    if(next_at <= reach + INTERVAL 30 MINUTE, next_path, '(end of the visit)') AS next,
    count() AS views,
    round(views / sum(views) OVER (), 2) AS share
FROM
(
    SELECT
        path,
        started_at,
        max(addMilliseconds(started_at, ifNull(engaged_ms, 0))) OVER (PARTITION BY ip, user_agent ORDER BY started_at, toUInt128(view_id)) AS reach,
        leadInFrame(path) OVER visit AS next_path,
        leadInFrame(toNullable(started_at)) OVER visit AS next_at
    FROM page_views
    WHERE site = {site:String} AND NOT is_bot
    WINDOW visit AS (PARTITION BY ip, user_agent ORDER BY started_at, toUInt128(view_id) ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
)
WHERE path = {path:String}
    AND started_at >= toDateTime({from:Date}, {tz:String}) AND started_at < toDateTime({to:Date} + 1, {tz:String})
GROUP BY next
ORDER BY views DESC, next
