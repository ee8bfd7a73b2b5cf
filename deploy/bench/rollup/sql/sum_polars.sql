-- What Polars wrote, summed as sum_published.sql sums the published rows.
SELECT
    count(),
    sum(accesses),
    sum(spent_ms),
    sum(engaged_ms),
    sum(cityHash64(
        site, ip_hi, ip_lo, path, toUInt8(is_bot),
        accesses, entries, exits, spent_ms, engaged_ms, views_evidence, views_gap, views_unknown))
FROM file({file:String}, 'Parquet',
    'site String, ip_hi UInt64, ip_lo UInt64, path String, is_bot Bool, accesses UInt64, entries UInt64, exits UInt64, spent_ms UInt64, engaged_ms UInt64, views_evidence UInt64, views_gap UInt64, views_unknown UInt64')
