-- What the rollup published, summed as sum_polars.sql sums the rival's rows.
SELECT
    count(),
    sum(accesses),
    sum(spent_ms),
    sum(engaged_ms),
    sum(cityHash64(
        toString(site), toUInt64(bitShiftRight(toUInt128(ip), 64)), toUInt64(bitAnd(toUInt128(ip), 18446744073709551615)), path, toUInt8(is_bot),
        accesses, entries, exits, spent_ms, engaged_ms, views_evidence, views_gap, views_unknown))
FROM daily_ip_time
WHERE day = {day:Date} AND tz = {tz:String}
