-- Is the day complete, and can it be trusted?
--
-- tz   the site's time zone
-- day  the local day
--
-- SET param_tz = 'Europe/Vienna', param_day = '2026-01-31';
--
-- final: the day is over and every event of it that Kafka held was counted. provisional: published, more may come.
-- failed: latest_error says why; what was published before stays. missing: not computed yet. The views are
-- those of all sites in the time zone, bots included.
SELECT
    {day:Date} AS local_day,
    if(count() = 0, 'missing', toString(argMax(state, started_at))) AS latest_state,
    countIf(state = 'final') > 0 AS complete,
    argMaxIf(views, started_at, state IN ('provisional', 'final')) AS views_published,
    count() AS runs,
    argMax(error, started_at) AS latest_error
FROM job_runs AS j FINAL
WHERE j.job = 'daily' AND j.tz = {tz:String} AND j.day = {day:Date}
