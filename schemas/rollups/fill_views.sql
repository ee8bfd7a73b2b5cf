-- One row per view whose page view was stored once: its row, with what its pings say. Source and network
-- are packed into one text each; fields never hold a tab.
INSERT INTO {views:Identifier} (bucket, site, ip, agent, view_id, start, path, is_bot, engaged_ms, evidence, source, network)
SELECT
    sipHash64(e.ip) % {buckets:UInt16},
    e.site, e.ip, sipHash64(user_agent), toUInt128(e.view_id), e.event_time, path, bot_reasons != 0,
    -- A ping of a browser is bounded by the time that the server observed itself, with 5 s of grace.
    if(p.pings = 0, NULL, greatest(
        least(p.claimed_ms, 5000 + dateDiff('millisecond',
            if(witness = 'beacon', least(received_time, p.observed_from), p.observed_from),
            if(witness = 'beacon', greatest(received_time, p.observed_to), p.observed_to))),
        p.stated_ms)),
    if(witness = 'log', 'log_only', 'beacon_only'),
    concat(
        multiIf(utm_source != '' OR utm_medium != '' OR utm_campaign != '' OR utm_term != '' OR utm_content != '', 'campaign',
                referrer_host = '', 'direct', referrer_host = host, 'internal', 'referral'), '\t',
        referrer_host, '\t', utm_source, '\t', utm_medium, '\t', utm_campaign),
    concat(country, '\t', toString(asn), '\t', organisation, '\t', network_class)
FROM events AS e
LEFT JOIN {pings:Identifier} AS p ON p.site = e.site AND p.view = toUInt128(e.view_id)
WHERE e.event_time >= {read_from:DateTime64(3, 'UTC')} AND e.event_time < {read_to:DateTime64(3, 'UTC')}
  AND e.kind = 'pageview'
  AND ({all_sites:Bool} OR has({sites:Array(String)}, e.site))
  AND (e.site, toUInt128(e.view_id)) NOT IN (SELECT site, view FROM {repeats:Identifier})
SETTINGS join_algorithm = 'grace_hash', max_bytes_in_join = 1000000000, max_insert_threads = 2, max_memory_usage = 2000000000
