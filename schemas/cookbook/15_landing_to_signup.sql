-- Which landing pages lead to a sign-up, or another event of yours?
--
-- site      site key
-- tz        the site's time zone
-- from      first local day
-- to        last local day
-- event     name of the custom event
-- at_least  visits that a page must have
--
-- SET param_site = 'example.com', param_tz = 'Europe/Vienna', param_from = '2026-01-19', param_to = '2026-02-01',
--     param_event = 'signup', param_at_least = 5;
--
-- An event belongs to the latest session of its address and user-agent that began before it. A visit with two
-- events counts once. Visitors who block the script send no events: see 08_blocked_scripts. People only.
SELECT
    s.entry_path AS landing,
    count() AS visits,
    countIf(c.events > 0) AS visits_with_event,
    round(visits_with_event / visits, 3) AS conversion
FROM daily_sessions AS s
LEFT JOIN
(
    SELECT e.ip AS ip, e.agent AS agent, d.started_at AS started_at, count() AS events
    FROM
    (
        SELECT ip, agent, event_time
        FROM daily_events
        WHERE site = {site:String} AND tz = {tz:String} AND day BETWEEN {from:Date} AND {to:Date} AND name = {event:String}
    ) AS e
    ASOF INNER JOIN
    (
        SELECT ip, agent, started_at FROM daily_sessions WHERE site = {site:String} AND tz = {tz:String} AND day BETWEEN {from:Date} AND {to:Date}
    ) AS d ON d.ip = e.ip AND d.agent = e.agent AND d.started_at <= e.event_time
    GROUP BY ip, agent, started_at
) AS c ON c.ip = s.ip AND c.agent = s.agent AND c.started_at = s.started_at
WHERE s.site = {site:String} AND s.tz = {tz:String} AND s.day BETWEEN {from:Date} AND {to:Date} AND NOT s.is_bot
GROUP BY landing
HAVING visits >= {at_least:UInt64}
ORDER BY conversion DESC, visits DESC, landing
