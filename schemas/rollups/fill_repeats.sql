-- The views that one address's rows alone do not tell: more than one page view event (the same event twice,
-- or two events), or events from several addresses. A share of the views at a time, so that they fit the
-- memory. Two views with the same hash are both taken for such, which costs time only.
INSERT INTO {repeats:Identifier} (view)
SELECT cityHash64(view_id) AS view
FROM events
WHERE event_time >= {read_from:DateTime64(3, 'UTC')} AND event_time < {read_to:DateTime64(3, 'UTC')}
  AND kind IN ('pageview', 'engagement')
  AND ({all_sites:Bool} OR has({sites:Array(String)}, site))
  AND view % {shares:UInt16} = {share:UInt16}
GROUP BY view
-- Bits that all addresses have, and bits that any has: the same only when there is one address.
HAVING groupBitAnd(cityHash64(ip)) != groupBitOr(cityHash64(ip)) OR countIf(kind = 'pageview') > 1
SETTINGS max_threads = 1, max_insert_threads = 1, max_memory_usage = 2000000000
