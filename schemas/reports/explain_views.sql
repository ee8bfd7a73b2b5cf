-- The views of one address of a site in [read_from, read_to), one row each, with what the time of each is
-- made from. A view belongs to the address of its earliest page view, wherever its other events come from.
SELECT
    view_id,
    minIf(event_time, kind = 'pageview') AS start,
    argMinIf(user_agent, (event_time, event_id), kind = 'pageview') AS agent,
    argMinIf(path, (event_time, event_id), kind = 'pageview') AS page,
    argMinIf(bot_reasons, (event_time, event_id), kind = 'pageview') AS reasons,
    arraySort(groupUniqArrayIf(toString(witness), kind = 'pageview')) AS witnesses,
    countIf(kind = 'engagement') > 0 AS pinged,
    maxIf(toInt64(engaged_ms), kind = 'engagement' AND witness = 'beacon') AS claimed_ms,
    dateDiff('millisecond', minIf(received_time, witness = 'beacon'), maxIf(received_time, witness = 'beacon')) AS observed_ms,
    maxIf(toInt64(engaged_ms), kind = 'engagement' AND witness != 'beacon') AS stated_ms,
    argMinIf(request_id, (event_time, event_id), kind = 'pageview') AS request
FROM events
WHERE site = {site:String}
  AND event_time >= {read_from:DateTime64(3, 'UTC')} AND event_time < {read_to:DateTime64(3, 'UTC')}
  AND kind IN ('pageview', 'engagement')
  AND view_id IN (
      SELECT view_id FROM events
      WHERE site = {site:String} AND ip = {ip:IPv6} AND kind = 'pageview'
        AND event_time >= {read_from:DateTime64(3, 'UTC')} AND event_time < {read_to:DateTime64(3, 'UTC')})
GROUP BY view_id
HAVING countIf(kind = 'pageview') > 0 AND argMinIf(ip, (event_time, event_id), kind = 'pageview') = {ip:IPv6}
ORDER BY start, view_id
