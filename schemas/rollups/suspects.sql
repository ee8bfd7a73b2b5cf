-- The addresses of a bucket at which two witnesses may have seen one view. Ids go as two numbers.
SELECT
    site, ip,
    suspects.agent, suspects.start_ms,
    arrayMap(x -> toUInt64(bitShiftRight(x, 64)), suspects.view), arrayMap(x -> toUInt64(bitAnd(x, 18446744073709551615)), suspects.view),
    suspects.path, suspects.is_bot, suspects.engaged_ms, suspects.evidence, suspects.source, suspects.network, suspects.request
FROM {visits:Identifier}
WHERE bucket = {bucket:UInt16} AND notEmpty(suspects)
SETTINGS max_threads = 1, max_block_size = 1024
