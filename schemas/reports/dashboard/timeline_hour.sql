-- Views and time by hour since local midnight, from the daily table.
SELECT toString(d.day) AS day, toUInt64(number - 1) AS hour, sum(n) AS accesses, if(sum(ms) = 0, NULL, sum(ms)) AS spent_ms
FROM daily_site AS d
ARRAY JOIN d.accesses_by_hour AS n, d.spent_ms_by_hour AS ms, arrayEnumerate(d.accesses_by_hour) AS number
WHERE d.site = {site:String} AND d.tz = {tz:String} AND d.day >= {from:Date} AND d.day <= {to:Date}
  AND ({bots:String} = 'all' OR d.is_bot = ({bots:String} = 'bots'))
GROUP BY d.day, number
ORDER BY d.day, hour
