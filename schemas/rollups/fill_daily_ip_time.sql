-- One bucket of addresses at a time: the views of an address in the order of path, split where it changes.
INSERT INTO {staging:Identifier}
    (day, tz, site, ip, path, is_bot, accesses, entries, exits,
     spent_ms, engaged_ms, views_evidence, views_gap, views_unknown, definition_version)
WITH
    arraySort(x -> (x.1, x.2), arrayZip(path, is_bot, kind::Array(Int8), spent_ms, begins, ends)) AS in_order,
    in_order.1 AS paths,
    in_order.2 AS bots,
    arrayMap((p, q, b, c, i) -> i = 1 OR p != q OR b != c,
        paths, arrayPushFront(arrayPopBack(paths), ''), bots, arrayPushFront(arrayPopBack(bots), false), arrayEnumerate(paths)) AS changes
SELECT
    {day:Date}, {tz:String}, site, ip, v.1[1], v.2[1],
    length(v), arraySum(v.5), arraySum(v.6),
    toUInt64(arraySum(v.4)),
    toUInt64(arraySum((k, s) -> if(k = 1, s, 0), v.3, v.4)),
    countEqual(v.3, 1), countEqual(v.3, 2), countEqual(v.3, 3),
    {definition_version:UInt16}
FROM
(
    SELECT site, ip, arrayJoin(arraySplit((x, c) -> c, in_order, changes)) AS v
    FROM {visits:Identifier}
    WHERE bucket = {bucket:UInt16} AND notEmpty(path)
)
SETTINGS max_threads = 1, max_insert_threads = 1, max_memory_usage = 2000000000,
    min_insert_block_size_rows = 10000000, min_insert_block_size_bytes = 2000000000
