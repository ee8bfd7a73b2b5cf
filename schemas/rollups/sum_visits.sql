-- The sums that every daily table must show.
SELECT
    sum(length(v.start_ms)) AS rows,
    rows AS views,
    toUInt64(sum(arraySum(v.spent_ms))) AS spent_ms,
    toUInt64(sum(arraySum((k, s) -> if(k = 'evidence', s, 0), v.kind, v.spent_ms))) AS engaged_ms,
    rows AS covered,
    toUInt64(0) AS checksum
FROM {source:Identifier} AS v
