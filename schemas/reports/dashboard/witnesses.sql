-- Who saw the views, by day, from the daily table.
SELECT
    toString(d.day) AS day,
    sum(d.accesses) AS accesses,
    sum(d.views_both) AS views_both,
    sum(d.views_beacon_only) AS views_beacon_only,
    sum(d.views_log_only) AS views_log_only,
    if(sum(d.views_both + d.views_beacon_only) = 0 OR sum(d.views_both + d.views_log_only) = 0, NULL, sum(d.views_log_only) / sum(d.views_both + d.views_log_only)) AS log_only_share,
    count() OVER () AS total
FROM daily_site AS d
WHERE d.site = {site:String} AND d.tz = {tz:String} AND d.day >= {from:Date} AND d.day <= {to:Date}
  AND ({bots:String} = 'all' OR d.is_bot = ({bots:String} = 'bots'))
  AND ({search:String} = '' OR positionCaseInsensitiveUTF8(toString(d.day), {search:String}) > 0)
GROUP BY d.day
ORDER BY
    if({descending:Bool}, {sort:Identifier}, defaultValueOfArgumentType({sort:Identifier})) DESC NULLS LAST,
    if({descending:Bool}, defaultValueOfArgumentType({sort:Identifier}), {sort:Identifier}) ASC NULLS LAST,
    day
LIMIT {limit:UInt64} OFFSET {offset:UInt64}
