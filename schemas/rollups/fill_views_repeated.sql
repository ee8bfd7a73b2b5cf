-- One row per view whose page view was stored more than once, or of every view: only minima, maxima and
-- the fields of the earliest page view count, ties by event. Slower than fill_views, since it holds a
-- state for each field.
INSERT INTO {views:Identifier} (bucket, site, ip, agent, view_id, start, path, is_bot, engaged_ms, evidence, source, network)
SELECT
    sipHash64(page_ip) % {buckets:UInt16},
    site, page_ip, page_agent, view, first_seen, page_path, page_is_bot,
    -- A ping of a browser is bounded by the time that the server observed itself, with 5 s of grace.
    if(pings = 0, NULL, greatest(least(claimed_ms, dateDiff('millisecond', observed_from, observed_to) + 5000), stated_ms)),
    multiIf(logged = 0, 'beacon_only', logged = page_views, 'log_only', 'both'),
    page_source, page_network
FROM
(
    WITH bitShiftLeft(toUInt128(toUnixTimestamp64Milli(event_time)), 64) + event_id AS place
    SELECT
        site,
        toUInt128(view_id) AS view,
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
        argMinIf(bot_reasons != 0, place, kind = 'pageview') AS page_is_bot,
        argMinIf(concat(
            multiIf(utm_source != '' OR utm_medium != '' OR utm_campaign != '' OR utm_term != '' OR utm_content != '', 'campaign',
                    referrer_host = '', 'direct', referrer_host = host, 'internal', 'referral'), '\t',
            referrer_host, '\t', utm_source, '\t', utm_medium, '\t', utm_campaign), place, kind = 'pageview') AS page_source,
        argMinIf(concat(country, '\t', toString(asn), '\t', organisation, '\t', network_class), place, kind = 'pageview') AS page_network
    FROM events
    WHERE event_time >= {read_from:DateTime64(3, 'UTC')} AND event_time < {read_to:DateTime64(3, 'UTC')}
      AND kind IN ('pageview', 'engagement')
      AND ({all_sites:Bool} OR has({sites:Array(String)}, site))
      AND ({every_view:Bool} OR (site, toUInt128(view_id)) IN (SELECT site, view FROM {repeats:Identifier} WHERE NOT {every_view:Bool}))
    GROUP BY site, view
    HAVING page_views > 0
)
SETTINGS optimize_aggregation_in_order = 1, max_insert_threads = 2, max_memory_usage = 2000000000
