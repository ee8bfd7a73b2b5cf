-- Published days of a zone that hold sites which are not, or no longer, counted in it.
SELECT DISTINCT day
FROM daily_site
WHERE tz = {tz:String} AND NOT ({all_sites:Bool} OR has({sites:Array(String)}, site))
ORDER BY day
