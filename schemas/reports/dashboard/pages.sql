-- Time by page, from the daily table.
SELECT
    d.path AS path,
    sum(d.accesses) AS accesses,
    sum(d.addresses) AS address_days,
    sum(d.entries) AS entries,
    sum(d.exits) AS exits,
    if(sum(d.views_evidence + d.views_gap) = 0, NULL, sum(d.spent_ms)) AS spent_ms,
    if(sum(d.views_evidence + d.views_gap) = 0, NULL, intDivOrZero(sum(d.spent_ms), sum(d.views_evidence + d.views_gap))) AS mean_ms,
    if(sum(d.views_evidence) = 0, NULL, sum(d.engaged_ms)) AS engaged_ms,
    sum(d.views_evidence) AS views_evidence,
    sum(d.views_gap) AS views_gap,
    sum(d.views_unknown) AS views_unknown,
    if(sum(d.accesses) = 0, NULL, sum(d.views_evidence + d.views_gap) / sum(d.accesses)) AS coverage,
    sumForEach(d.histogram) AS histogram,
    -- The class that holds the lower median: the first one up to which half of the known times lie.
    arrayFirstIndex(n -> n >= intDiv(arraySum(histogram) + 1, 2), arrayCumSum(histogram)) AS class,
    if(arraySum(histogram) = 0, NULL, [0, 5000, 10000, 30000, 60000, 120000, 300000, 600000, 1800000][class])::Nullable(UInt64) AS median_from_ms,
    if(arraySum(histogram) = 0 OR class = 9, NULL, [0, 5000, 10000, 30000, 60000, 120000, 300000, 600000, 1800000][class + 1])::Nullable(UInt64) AS median_to_ms,
    count() OVER () AS total
FROM daily_page_time AS d
WHERE d.site = {site:String} AND d.tz = {tz:String} AND d.day >= {from:Date} AND d.day <= {to:Date}
  AND ({bots:String} = 'all' OR d.is_bot = ({bots:String} = 'bots'))
  AND ({search:String} = '' OR positionCaseInsensitiveUTF8(d.path, {search:String}) > 0)
GROUP BY d.path
ORDER BY
    if({descending:Bool}, {sort:Identifier}, defaultValueOfArgumentType({sort:Identifier})) DESC NULLS LAST,
    if({descending:Bool}, defaultValueOfArgumentType({sort:Identifier}), {sort:Identifier}) ASC NULLS LAST,
    path
LIMIT {limit:UInt64} OFFSET {offset:UInt64}
