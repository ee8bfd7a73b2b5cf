-- What the checks compare and the ledger keeps. The checksum does not depend on the order of rows. A view
-- whose time is unknown must not have any.
SELECT
    count() AS rows,
    rows AS views,
    sum(spent_ms) AS spent_ms,
    sumIf(v.spent_ms, kind = 'evidence') AS engaged_ms,
    countIf(kind != 'unknown' OR v.spent_ms = 0) AS covered,
    sum(cityHash64(*)) AS checksum
FROM {source:Identifier} AS v
WHERE day = {day:Date} AND tz = {tz:String}
