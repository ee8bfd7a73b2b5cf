-- What the checks compare and the ledger keeps. The checksum does not depend on the order of rows.
SELECT
    count() AS rows,
    sum(accesses) AS views,
    sum(spent_ms) AS spent_ms,
    sum(engaged_ms) AS engaged_ms,
    sum(views_evidence + views_gap + views_unknown) AS covered,
    sum(cityHash64(*)) AS checksum
FROM {source:Identifier}
WHERE day = {day:Date} AND tz = {tz:String}
