-- One row per view, from events that may be repeated, late and in any order: only minima, maxima and
-- the row of the earliest page view count. Reads the day with its surroundings, [read_from, read_to).
-- One bucket of view ids at a time keeps the memory bounded.
INSERT INTO {views:Identifier} (site, ip, agent, view_id, start, path, engaged_ms, is_bot)
SELECT
    site,
    argMin(ip, (kind != 'pageview', event_time, event_id)),
    argMin(sipHash64(user_agent), (kind != 'pageview', event_time, event_id)),
    view_id,
    minIf(event_time, kind = 'pageview'),
    argMin(path, (kind != 'pageview', event_time, event_id)),
    -- A ping of a browser is bounded by the time that the server observed itself, with 5 s of grace.
    if(countIf(kind = 'engagement') = 0, NULL,
        greatest(
            least(
                maxIf(toInt64(engaged_ms), kind = 'engagement' AND witness = 'beacon'),
                dateDiff('millisecond', minIf(received_time, witness = 'beacon'), maxIf(received_time, witness = 'beacon')) + 5000
            ),
            maxIf(toInt64(engaged_ms), kind = 'engagement' AND witness != 'beacon')
        )),
    argMin(bot_reasons, (kind != 'pageview', event_time, event_id)) != 0
FROM events
WHERE event_time >= {read_from:DateTime64(3, 'UTC')} AND event_time < {read_to:DateTime64(3, 'UTC')}
  AND kind IN ('pageview', 'engagement')
  AND ({all_sites:Bool} OR has({sites:Array(String)}, site))
  AND sipHash64(view_id) % {buckets:UInt32} = {bucket:UInt32}
GROUP BY site, view_id
HAVING countIf(kind = 'pageview') > 0
SETTINGS max_memory_usage = 2000000000, max_bytes_before_external_group_by = 1000000000
