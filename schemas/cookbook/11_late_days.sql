-- Which days were finished late, or changed afterwards?
--
-- tz     the site's time zone
-- from   first local day
-- to     last local day
-- hours  hours after which a day is late
--
-- SET param_tz = 'Europe/Vienna', param_from = '2026-01-19', param_to = '2026-02-01', param_hours = 6;
--
-- Hours count from the local midnight that ends the day. A day that is final may be computed again when events
-- come late; views_added_later says how many they were, all sites together, bots included. Where no run is
-- final yet, hours_until_final is empty.
SELECT
    day,
    argMax(state, started_at) AS latest_state,
    count() AS runs,
    countIf(state = 'failed') AS failed,
    round(dateDiff('minute', toDateTime(day + 1, {tz:String}), minOrNullIf(updated_at, state = 'final')) / 60, 1) AS hours_until_final,
    round(dateDiff('minute', toDateTime(day + 1, {tz:String}), maxIf(updated_at, state IN ('provisional', 'final'))) / 60, 1) AS hours_until_last_change,
    toInt64(argMaxIf(views, started_at, state = 'final')) - toInt64(argMinIf(views, started_at, state = 'final')) AS views_added_later
FROM job_runs FINAL
WHERE job = 'daily' AND tz = {tz:String} AND day BETWEEN {from:Date} AND {to:Date}
GROUP BY day
HAVING countIf(state = 'final') = 0 OR hours_until_final > {hours:UInt32} OR countIf(state = 'final') > 1
ORDER BY day
