-- One row per view of rollup_repeats: only minima, maxima and the fields of the earliest page view count,
-- ties by event. A share of the views at a time.
INSERT INTO {repeated_views:Identifier} (site, ip, agent, view_id, start_ms, path, is_bot, engaged_ms, evidence, source, network, request)
SELECT
    site, page_ip, page_agent, view_id, toUnixTimestamp64Milli(first_seen), page_path, page_is_bot,
    -- A ping of a browser is bounded by the time that the server observed itself, with 5 s of grace.
    if(pings = 0, -1, greatest(least(claimed_ms, dateDiff('millisecond', observed_from, observed_to) + 5000), stated_ms)),
    multiIf(logged = 0, 'beacon_only', logged = page_views, 'log_only', 'both'),
    page_source, page_network, if(empty(page_request), 0, sipHash64(page_request))
FROM
(
    WITH bitShiftLeft(toUInt128(toUnixTimestamp64Milli(event_time)), 64) + event_id AS place
    SELECT
        site,
        toUInt128(events.view_id) AS view_id,
        minIf(event_time, kind = 'pageview') AS first_seen,
        countIf(kind = 'pageview') AS page_views,
        countIf(kind = 'pageview' AND witness = 'log') AS logged,
        countIf(kind = 'engagement') AS pings,
        maxIf(toInt64(engaged_ms), kind = 'engagement' AND witness = 'beacon') AS claimed_ms,
        maxIf(toInt64(engaged_ms), kind = 'engagement' AND witness != 'beacon') AS stated_ms,
        minIf(received_time, witness = 'beacon') AS observed_from,
        maxIf(received_time, witness = 'beacon') AS observed_to,
        argMinIf(ip, place, kind = 'pageview') AS page_ip,
        argMinIf(sipHash64(user_agent), place, kind = 'pageview') AS page_agent,
        argMinIf(path, place, kind = 'pageview') AS page_path,
        argMinIf(bitAnd(bot_reasons, {kept_reasons:UInt64}) != 0 OR user_agent IN (SELECT user_agent FROM {bots:Identifier}), place, kind = 'pageview') AS page_is_bot,
        argMinIf(source_number, place, kind = 'pageview') AS page_source,
        argMinIf(network_number, place, kind = 'pageview') AS page_network,
        argMinIf(request_id, place, kind = 'pageview') AS page_request
    FROM events
    WHERE event_time >= {read_from:DateTime64(3, 'UTC')} AND event_time < {read_to:DateTime64(3, 'UTC')}
      AND kind IN ('pageview', 'engagement')
      AND ({all_sites:Bool} OR has({sites:Array(String)}, site))
      AND cityHash64(events.view_id) IN (SELECT view FROM {repeats:Identifier} WHERE view % {shares:UInt16} = {share:UInt16})
    GROUP BY site, view_id
    HAVING page_views > 0
)
SETTINGS max_threads = 1, max_insert_threads = 1, max_memory_usage = 2000000000
