-- Time by page, of the views that pass the filters. Addresses by day are told apart as numbers, which is quicker:
-- the day takes 16 bits, the bot mark one.
--
-- The median has queries of its own around the counting: wherever an alias is used, the engine puts a copy of all
-- that it stands for, and reading it as one took 0.3 s.
SELECT
    path, accesses, address_days, entries, exits, spent_ms, mean_ms, engaged_ms, views_evidence, views_gap, views_unknown, coverage, histogram,
    if(class = 0, NULL, [0, 5000, 10000, 30000, 60000, 120000, 300000, 600000, 1800000][class])::Nullable(UInt64) AS median_from_ms,
    if(class = 0 OR class = 9, NULL, [0, 5000, 10000, 30000, 60000, 120000, 300000, 600000, 1800000][class + 1])::Nullable(UInt64) AS median_to_ms,
    count() OVER () AS total
FROM
(
    -- The class that holds the lower median: the first one up to which half of the known times lie.
    SELECT *, arrayFirstIndex(n -> n >= intDiv(arraySum(histogram) + 1, 2), arrayCumSum(histogram)) AS class
    FROM
    (
        SELECT
            v.path AS path,
            count() AS accesses,
            uniqExact(bitShiftLeft(toUInt256(toUInt128(v.ip)), 17) + 2 * toUInt16(v.day) + v.is_bot) AS address_days,
            countIf(v.begins) AS entries,
            countIf(v.ends) AS exits,
            if(countIf(v.kind != 'unknown') = 0, NULL, sum(v.spent_ms)) AS spent_ms,
            if(countIf(v.kind != 'unknown') = 0, NULL, intDivOrZero(sum(v.spent_ms), countIf(v.kind != 'unknown'))) AS mean_ms,
            if(countIf(v.kind = 'evidence') = 0, NULL, sumIf(v.spent_ms, v.kind = 'evidence')) AS engaged_ms,
            countIf(v.kind = 'evidence') AS views_evidence,
            countIf(v.kind = 'gap') AS views_gap,
            countIf(v.kind = 'unknown') AS views_unknown,
            if(count() = 0, NULL, countIf(v.kind != 'unknown') / count()) AS coverage,
            if(countIf(v.kind != 'unknown') = 0, [], [countIf(v.kind != 'unknown' AND v.spent_ms < 5000), countIf(v.spent_ms >= 5000 AND v.spent_ms < 10000), countIf(v.spent_ms >= 10000 AND v.spent_ms < 30000),
             countIf(v.spent_ms >= 30000 AND v.spent_ms < 60000), countIf(v.spent_ms >= 60000 AND v.spent_ms < 120000), countIf(v.spent_ms >= 120000 AND v.spent_ms < 300000),
             countIf(v.spent_ms >= 300000 AND v.spent_ms < 600000), countIf(v.spent_ms >= 600000 AND v.spent_ms < 1800000), countIf(v.spent_ms >= 1800000)]) AS histogram
        FROM filtered_views(site = {site:String}, tz = {tz:String}, from = {from:Date}, to = {to:Date}, bots = {bots:String},
            ip_from = {ip_from:IPv6}, ip_to = {ip_to:IPv6}, only = {only:Map(String, String)}, except = {except:Map(String, String)}) AS v
        WHERE ({search:String} = '' OR positionCaseInsensitiveUTF8(v.path, {search:String}) > 0)
        GROUP BY v.path
    )
)
ORDER BY
    if({descending:Bool}, {sort:Identifier}, defaultValueOfArgumentType({sort:Identifier})) DESC NULLS LAST,
    if({descending:Bool}, defaultValueOfArgumentType({sort:Identifier}), {sort:Identifier}) ASC NULLS LAST,
    path
LIMIT {limit:UInt64} OFFSET {offset:UInt64}
