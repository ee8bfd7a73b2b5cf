-- What the checks compare and the ledger keeps: custom events in the place of views. The checksum does not depend on
-- the order of rows. No event may be there twice.
SELECT
    count() AS rows,
    rows AS views,
    0::UInt64 AS spent_ms,
    0::UInt64 AS engaged_ms,
    uniqExact(site, event_id) AS covered,
    sum(cityHash64(*)) AS checksum
FROM {source:Identifier}
WHERE day = {day:Date} AND tz = {tz:String}
