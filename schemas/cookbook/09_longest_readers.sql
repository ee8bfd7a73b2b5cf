-- Which addresses spend the most time, and what is it made of?
--
-- site   site key
-- tz     the site's time zone
-- from   first local day
-- to     last local day
-- limit  how many addresses
--
-- SET param_site = 'example.com', param_tz = 'Europe/Vienna', param_from = '2026-01-19', param_to = '2026-02-01',
--     param_limit = 10;
--
-- Measured is what the browser told (visible, focused, input within 60 s); a gap is the time to the next view of
-- the session, at most 30 min. For one day `rollup explain --ip …` shows the arithmetic view by view.
-- shared: more than 3 user-agents on one day, so perhaps an office. People only.
SELECT
    t.ip AS ip,
    any(a.organisation) AS organisation,
    round(sum(t.spent) / 1000) AS known_seconds,
    round(sum(t.engaged) / 1000) AS measured_seconds,
    known_seconds - measured_seconds AS seconds_by_gaps,
    sum(t.evidence) AS views_measured,
    sum(t.gap) AS views_by_gap,
    sum(t.unknown) AS views_of_unknown_time,
    argMax(t.path, (t.spent, t.path)) AS longest_on,
    round(max(t.spent) / 1000) AS seconds_there,
    any(a.shared) AS shared
FROM
(
    SELECT
        ip, path, sum(spent_ms) AS spent, sum(engaged_ms) AS engaged, sum(views_evidence) AS evidence,
        sum(views_gap) AS gap, sum(views_unknown) AS unknown
    FROM daily_ip_time
    WHERE site = {site:String} AND tz = {tz:String} AND day BETWEEN {from:Date} AND {to:Date} AND NOT is_bot
    GROUP BY ip, path
) AS t
INNER JOIN
(
    SELECT ip, argMax(organisation, day) AS organisation, max(d.shared) AS shared
    FROM daily_ip_access AS d
    WHERE site = {site:String} AND tz = {tz:String} AND day BETWEEN {from:Date} AND {to:Date} AND NOT is_bot
    GROUP BY ip
) AS a ON a.ip = t.ip
GROUP BY ip
ORDER BY known_seconds DESC, ip
LIMIT {limit:UInt32}
