-- What the Polars programs read.
INSERT INTO FUNCTION file({file:String}, 'Parquet')
SELECT
    site,
    toUInt64(bitShiftRight(toUInt128(ip), 64)) AS ip_hi,
    toUInt64(bitAnd(toUInt128(ip), 18446744073709551615)) AS ip_lo,
    toUInt64(bitShiftRight(toUInt128(view_id), 64)) AS view_hi,
    toUInt64(bitAnd(toUInt128(view_id), 18446744073709551615)) AS view_lo,
    toInt8(kind) AS kind,
    toUnixTimestamp64Milli(event_time) AS event_ms,
    toUnixTimestamp64Milli(received_time) AS received_ms,
    event_id,
    toInt8(witness) AS witness,
    user_agent,
    host,
    request_id,
    path,
    referrer,
    utm_source,
    utm_medium,
    utm_campaign,
    utm_term,
    utm_content,
    toInt64(engaged_ms) AS engaged_ms,
    bot_reasons,
    country,
    asn,
    organisation,
    network_class,
    browser,
    os,
    device
FROM events
SETTINGS engine_file_truncate_on_insert = 1, output_format_parquet_compression_method = 'zstd'
