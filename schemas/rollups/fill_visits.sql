-- The views of one bucket of addresses, one row per address, as arrays in the order of user-agent, start
-- and view id, so that each visitor chain (site, address, user-agent) is a run of elements.
--
-- Reach is the furthest evidenced activity of the chain so far. A session begins where a view starts more
-- than 30 minutes after the reach before it, and again at local midnight. The gap to the next view is
-- looked up in the session before that cut, so across midnight too.
--
-- Addresses at which a log line and another view may be the same view go aside as they are, as suspects of
-- this bucket. The second time, with {paired}, the bucket takes them up again as views that are no longer seen
-- twice.
--
-- Whether a user-agent is a bot's, {bots} says, by the rules of now; what else was noted when the event was
-- recorded stands. A chain's views of the day together are a bot's when more than {rate_views} of them start
-- within {rate_ms}, or when {silent_views} or more are known to the log alone where {beacon_sites} says that
-- the beacon is in use.
--
-- Arrays take less than half of the time of window functions here: nothing but the arrays is sorted.
-- Views of the day have a query of their own: wherever an alias is used, the engine puts a copy of all that it
-- stands for, and reading the statement took it 0.4 s, more than computing a small day.
-- Pings find their view by one number made from view id and site: one key of 16 bytes, since two cost a
-- third more.
INSERT INTO {visits:Identifier}
    (bucket, site, ip, agent, start_ms, path, is_bot, kind, spent_ms, begins, ends, continued, evidence, source, network, suspects)
WITH
    events_here AS
    (
        SELECT site, ip, toUInt128(view_id) AS view, bitXor(view, toUInt128(CAST(sipHash64(site), 'UInt64'))) AS view_of_site, cityHash64(view_id) AS view_hash, kind, event_time, received_time, witness,
            sipHash64(user_agent) AS agent, path, bitAnd(bot_reasons, {kept_reasons:UInt64}) != 0 OR user_agent IN (SELECT user_agent FROM {bots:Identifier}) AS is_bot, engaged_ms, request_id, source_number, network_number
        FROM events
        WHERE NOT {paired:Bool}
          AND event_time >= {read_from:DateTime64(3, 'UTC')} AND event_time < {read_to:DateTime64(3, 'UTC')}
          AND ({all_sites:Bool} OR has({sites:Array(String)}, site))
          AND ({is_first:Bool} OR site > {from_site:String} OR (site = {from_site:String} AND ip >= {from_ip:IPv6}))
          AND ({is_last:Bool} OR site < {to_site:String} OR (site = {to_site:String} AND ip < {to_ip:IPv6}))
    ),
    pings AS
    (
        SELECT
            view_of_site,
            count() AS pings,
            maxIf(toInt64(engaged_ms), witness = 'beacon') AS claimed_ms,
            maxIf(toInt64(engaged_ms), witness != 'beacon') AS stated_ms,
            minIf(received_time, witness = 'beacon') AS observed_from,
            maxIf(received_time, witness = 'beacon') AS observed_to
        FROM events_here
        WHERE kind = 'engagement'
        GROUP BY view_of_site
    ),
    views AS
    (
        SELECT
            e.site AS site, e.ip AS ip, agent, e.view AS view, toUnixTimestamp64Milli(event_time) AS start_ms, path, is_bot,
            -- A ping of a browser is bounded by the time that the server observed itself, with 5 s of grace.
            if(p.pings = 0, -1, greatest(
                least(p.claimed_ms, 5000 + dateDiff('millisecond',
                    if(witness = 'beacon', least(received_time, p.observed_from), p.observed_from),
                    if(witness = 'beacon', greatest(received_time, p.observed_to), p.observed_to))),
                p.stated_ms)) AS engaged_ms,
            if(witness = 'log', 3, 2) AS evidence,
            source_number AS source, network_number AS network,
            if(empty(request_id), 0, sipHash64(request_id)) AS request
        FROM (SELECT * FROM events_here WHERE kind = 'pageview' AND ({no_repeats:Bool} OR view_hash NOT IN (SELECT view FROM {repeats:Identifier}))) AS e
        LEFT ANY JOIN pings AS p ON p.view_of_site = e.view_of_site
        UNION ALL
        SELECT site, ip, agent, view_id, start_ms, path, is_bot, engaged_ms, evidence::Int8, source, network, request
        FROM {repeated_views:Identifier}
        WHERE NOT {paired:Bool} AND ({is_first:Bool} OR site > {from_site:String} OR (site = {from_site:String} AND ip >= {from_ip:IPv6}))
          AND ({is_last:Bool} OR site < {to_site:String} OR (site = {to_site:String} AND ip < {to_ip:IPv6}))
    ),
    toUnixTimestamp64Milli({day_end:DateTime64(3, 'UTC')}) AS day_end_ms,
    -- Each chain of the day: whether it has a view that comes so many views after another, too early; one that is
    -- so far behind its first; one that more than the log knows of. Filling backwards brings that to the first
    -- view of the chain, filling forwards from there to all.
    of_day.1 AS chains, of_day.2 AS at,
    arrayMap((a, b) -> a != b, chains, arrayPushFront(arrayPopBack(chains), bitNot(chains[1]))) AS chain_begins,
    arrayPushBack(arrayPopFront(chain_begins), true) AS chain_ends,
    arrayMap((a, b, t, u) -> a = b AND t - u <= {rate_ms:Int64} AND a != sipHash64(''),
        chains, arrayShiftRight(chains, {rate_views:UInt32}), at, arrayShiftRight(at, {rate_views:UInt32}, -day_end_ms)) AS too_fast,
    arrayMap((a, b, n) -> a = b AND n >= {silent_views:UInt32}, chains, arrayShiftRight(chains, {silent_views:UInt32} - 1), arrayEnumerate(chains)) AS many,
    arrayMap((e, k) -> e != 3 OR k = 1, of_day.10, of_day.5) AS heard_of,
    arrayFill((x, b) -> b, arrayReverseFill((x, e) -> x OR e, too_fast, chain_ends), chain_begins) AS any_too_fast,
    arrayFill((x, b) -> b, arrayReverseFill((x, e) -> x OR e, many, chain_ends), chain_begins) AS any_many,
    arrayFill((x, b) -> b, arrayReverseFill((x, e) -> x OR e, heard_of, chain_ends), chain_begins) AS any_heard_of,
    (site, ip BETWEEN toIPv6('::ffff:0.0.0.0') AND toIPv6('::ffff:255.255.255.255')) IN (SELECT site, is_v4 FROM {beacon_sites:Identifier}) AS beacon_in_use,
    if(length(of_day) < least({rate_views:UInt32} + 1, {silent_views:UInt32}), of_day.4,
        arrayMap((b, f, m, h) -> b OR f OR m AND NOT h AND beacon_in_use, of_day.4, any_too_fast, any_many, any_heard_of)) AS bots
SELECT
    {bucket:UInt16}, site, ip,
    of_day.1, of_day.2, of_day.3, bots, of_day.5::Array(Int8), of_day.6, of_day.7, of_day.8, of_day.9, of_day.10, of_day.11, of_day.12, suspected
FROM
(
    WITH
        toUnixTimestamp64Milli({day_start:DateTime64(3, 'UTC')}) AS day_start_ms,
        toUnixTimestamp64Milli({day_end:DateTime64(3, 'UTC')}) AS day_end_ms,
        1800000 AS pause_ms,
        v.agent AS agents, v.start_ms AS starts, v.engaged_ms AS engaged,
        arrayPushFront(arrayPopBack(starts), 0) AS previous_start,
        arrayPushBack(arrayPopFront(starts), 0) AS next_start,
        arrayMap((a, b) -> a = b, agents, arrayPushFront(arrayPopBack(agents), bitNot(agents[1]))) AS same_chain,
        arrayMap((s, e) -> s + greatest(e, 0), starts, engaged) AS ended,
        -- The running maximum of ended: what earlier views of the chain reach beyond this one is a sum of
        -- differences that never falls below zero, and starts again with each chain.
        arrayCumSumNonNegative(arrayMap((s, p, e) -> if(s, p - e, -day_end_ms), same_chain, arrayPushFront(arrayPopBack(ended), 0), ended)) AS beyond,
        arrayPushFront(arrayPopBack(arrayMap((e, b) -> e + b, ended, beyond)), 0) AS previous_reach,
        arrayMap((s, at, r) -> NOT s OR at - r > pause_ms, same_chain, starts, previous_reach) AS uncut_begins,
        arrayPushBack(arrayPopFront(uncut_begins), true) AS uncut_ends,
        arrayMap((e, last) -> multiIf(e >= 0, 1, last, 3, 2), engaged, uncut_ends) AS kinds,
        arrayMap((k, e, at, next) -> multiIf(k = 1, e, k = 2, least(next - at, pause_ms), 0), kinds, engaged, starts, next_start) AS spent,
        arrayMap((b, at) -> b OR at < day_start_ms, uncut_begins, previous_start) AS session_begins,
        arrayMap((e, at) -> e OR at >= day_end_ms, uncut_ends, next_start) AS session_ends,
        arrayMap((s, u) -> s AND NOT u, session_begins, uncut_begins) AS continues,
        arrayFilter(x -> NOT may_pair AND x.2 >= day_start_ms AND x.2 < day_end_ms, arrayZip(
            agents, starts, v.path, v.is_bot, kinds, spent, session_begins, session_ends, continues, v.evidence, v.source, v.network)) AS of_day
    SELECT site, ip, may_pair, suspected, of_day
    FROM
    (
        SELECT
            site, ip,
            -- A log line next to another view of its user-agent, at most 10 s away, or requests of both kinds.
            arrayExists((e, f, a, b, s, t) -> (e = 3) != (f = 3) AND a = b AND t - s <= 10000,
                arrayPopBack(seen.evidence), arrayPopFront(seen.evidence), arrayPopBack(seen.agent), arrayPopFront(seen.agent),
                arrayPopBack(seen.start_ms), arrayPopFront(seen.start_ms))
            OR arrayExists((e, r) -> e = 3 AND r != 0, seen.evidence, seen.request) AND arrayExists((e, r) -> e = 2 AND r != 0, seen.evidence, seen.request) AS may_pair,
            if(empty({only_log:Array(String)}) AND empty({only_beacon:Array(String)}), seen,
                arrayFilter(x -> may_pair OR (x.evidence != 2 OR NOT has({only_log:Array(String)}, site)) AND (x.evidence != 3 OR NOT has({only_beacon:Array(String)}, site)), seen)) AS v,
            if(may_pair, seen, []) AS suspected
        FROM
        (
            SELECT
                site, ip,
                arraySort(x -> (x.agent, x.start_ms, x.view), groupArray((agent, start_ms, view, path, is_bot, engaged_ms, evidence, source, network, request)::Tuple(agent UInt64, start_ms Int64, view UInt128, path String, is_bot Bool, engaged_ms Int64, evidence Int8, source UInt64, network UInt64, request UInt64))) AS seen
            FROM views
            GROUP BY site, ip
        )
        WHERE notEmpty(v)
        UNION ALL
        -- The request has done its work: any number stands in its place.
        SELECT site, ip, false,
            arraySort(x -> (x.agent, x.start_ms, x.view), arrayZip(agent, start_ms, arrayMap((h, l) -> bitShiftLeft(toUInt128(h), 64) + l, view_high, view_low),
                path, is_bot, engaged_ms, evidence, source, network, network)::Array(Tuple(agent UInt64, start_ms Int64, view UInt128, path String, is_bot Bool, engaged_ms Int64, evidence Int8, source UInt64, network UInt64, request UInt64))), []
        FROM {paired_views:Identifier}
        WHERE bucket = {bucket:UInt16}
    )
    WHERE notEmpty(of_day) OR may_pair
)
SETTINGS max_threads = 1, max_insert_threads = 1, max_memory_usage = 2000000000,
    min_insert_block_size_rows = 10000000, min_insert_block_size_bytes = 2000000000
