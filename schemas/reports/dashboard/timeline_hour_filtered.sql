-- Figures by hour since local midnight, of the views that pass the filters.
SELECT
    toString(v.day) AS day,
    toUInt64(intDiv(dateDiff('second', {day_starts:Array(DateTime64(3, 'UTC'))}[1 + v.day - {from:Date}], v.started_at), 3600)) AS hour,
    count() AS accesses,
    if(sum(v.spent_ms) = 0, NULL, sum(v.spent_ms)) AS spent_ms
FROM filtered_views(site = {site:String}, tz = {tz:String}, from = {from:Date}, to = {to:Date}, bots = {bots:String},
    ip_from = {ip_from:IPv6}, ip_to = {ip_to:IPv6}, only = {only:Map(String, String)}, except = {except:Map(String, String)}) AS v
GROUP BY v.day, hour
ORDER BY v.day, hour
