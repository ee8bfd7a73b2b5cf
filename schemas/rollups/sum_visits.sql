SELECT
    count() AS rows,
    count() AS views,
    toUInt64(sum(ifNull(engaged_ms, ifNull(gap_ms, 0)))) AS spent_ms,
    toUInt64(sum(ifNull(engaged_ms, 0))) AS engaged_ms,
    count() AS covered,
    toUInt64(0) AS checksum
FROM {source:Identifier}
