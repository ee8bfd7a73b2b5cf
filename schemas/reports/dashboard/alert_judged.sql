-- How a rule stood, the newest first: by day, or for rules on live figures by change.
SELECT toString(a.day) AS day, a.change AS change, argMax(a.verdict, a.at) AS verdict, argMax(tuple(a.value), a.at).1 AS value, argMax(tuple(a.usual), a.at).1 AS usual,
    max(a.silenced) AS silenced, min(a.at) AS judged_at
FROM alerts AS a
WHERE a.rule = {rule:String} AND a.site = {site:String} AND a.what = 'judged'
    AND (a.change > 0) = {live:Bool}
GROUP BY a.day, a.change
ORDER BY a.day DESC, a.change DESC
LIMIT 40
