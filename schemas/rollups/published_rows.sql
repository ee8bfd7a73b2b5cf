-- How many rows a daily table holds of each day.
SELECT day, count() AS rows
FROM {source:Identifier}
WHERE tz = {tz:String}
GROUP BY day
ORDER BY day
