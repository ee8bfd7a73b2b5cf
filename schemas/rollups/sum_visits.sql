-- The sums that every daily table must show.
SELECT
    count() AS rows,
    count() AS views,
    toUInt64(sum(ifNull(v.engaged_ms, ifNull(v.gap_ms, 0)))) AS spent_ms,
    toUInt64(sum(ifNull(v.engaged_ms, 0))) AS engaged_ms,
    count() AS covered,
    toUInt64(0) AS checksum
FROM {source:Identifier} AS v
