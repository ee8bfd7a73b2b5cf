-- Sessions and times of the views of one day, one bucket of addresses at a time. Within a chain (site,
-- address, user-agent), in the order of start and view id: reach is the furthest evidenced activity so
-- far; a session begins where a view starts more than 30 minutes after the reach before it, and again
-- at local midnight. The gap to the next view is looked up in the session before that cut, so across
-- midnight too.
INSERT INTO {visits:Identifier}
    (bucket, site, ip, agent, start, path, is_bot, engaged_ms, gap_ms, session_start, session_first, session_last, continued,
     evidence, source, network)
SELECT
    bucket, site, ip, agent, start, path, is_bot, engaged_ms,
    if(engaged_ms IS NULL AND NOT uncut_last, least(dateDiff('millisecond', start, next_start), 1800000), NULL),
    max(if(first, start, toDateTime64(0, 3, 'UTC'))) OVER (
        PARTITION BY site, ip, agent ORDER BY start, view_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
    first,
    uncut_last OR next_start >= {day_end:DateTime64(3, 'UTC')},
    first AND NOT uncut_first,
    evidence, source, network
FROM
(
    SELECT
        *,
        isNull(previous_start) OR dateDiff('millisecond', previous_reach, start) > 1800000 AS uncut_first,
        isNull(next_start) OR dateDiff('millisecond', greatest(reach, previous_reach), next_start) > 1800000 AS uncut_last,
        uncut_first OR previous_start < {day_start:DateTime64(3, 'UTC')} AS first
    FROM
    (
        SELECT
            *,
            addMilliseconds(start, ifNull(engaged_ms, 0)) AS reach,
            max(reach) OVER (chain ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS previous_reach,
            any(toNullable(start)) OVER (chain ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS previous_start,
            any(toNullable(start)) OVER (chain ROWS BETWEEN 1 FOLLOWING AND 1 FOLLOWING) AS next_start
        FROM {views:Identifier}
        WHERE bucket = {bucket:UInt16}
        WINDOW chain AS (PARTITION BY site, ip, agent ORDER BY start, view_id)
    )
    WHERE start >= {day_start:DateTime64(3, 'UTC')} AND start < {day_end:DateTime64(3, 'UTC')}
)
-- One large block is sorted at once; small ones would be merged row by row, which takes twice as long.
SETTINGS max_block_size = 4000000, preferred_block_size_bytes = 0, max_insert_threads = 2,
    max_memory_usage = 2000000000, max_bytes_before_external_sort = 1000000000
