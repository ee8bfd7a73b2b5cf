-- What the pings of each view say. Repeats, losses and reordering change no maximum.
INSERT INTO {pings:Identifier} (site, view, pings, claimed_ms, stated_ms, observed_from, observed_to)
SELECT
    site,
    toUInt128(view_id) AS view,
    count(),
    maxIf(toInt64(engaged_ms), witness = 'beacon'),
    maxIf(toInt64(engaged_ms), witness != 'beacon'),
    minIf(received_time, witness = 'beacon'),
    maxIf(received_time, witness = 'beacon')
FROM events
WHERE event_time >= {read_from:DateTime64(3, 'UTC')} AND event_time < {read_to:DateTime64(3, 'UTC')}
  AND kind = 'engagement'
  AND ({all_sites:Bool} OR has({sites:Array(String)}, site))
GROUP BY site, view
SETTINGS optimize_aggregation_in_order = 1, max_insert_threads = 2, max_memory_usage = 2000000000
