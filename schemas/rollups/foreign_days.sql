-- Published days of a zone that hold sites which are not, or no longer, counted in it.
SELECT DISTINCT day
FROM
(
    SELECT day, tz, site FROM daily_site
    UNION ALL
    SELECT day, tz, site FROM daily_events
)
WHERE tz = {tz:String} AND NOT ({all_sites:Bool} OR has({sites:Array(String)}, site))
ORDER BY day
