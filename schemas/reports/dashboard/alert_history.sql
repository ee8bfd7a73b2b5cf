-- What happened to rules, newest first: judged, told or not, silenced.
SELECT a.at AS at, a.rule AS rule, a.site AS site, toString(a.what) AS what, toString(a.day) AS day, a.verdict AS verdict, a.value AS value, a.usual AS usual,
    a.channel AS channel, a.state AS state, a.detail AS detail, a.until AS until
FROM alerts AS a
WHERE has({rules:Array(String)}, a.rule) AND (a.site, a.rule) IN (SELECT arrayJoin(arrayZip({sites:Array(String)}, {rules:Array(String)})))
    AND NOT (a.what = 'attempt' AND a.state IN ('sending', 'released'))
ORDER BY a.at DESC, a.rule
LIMIT {limit:UInt32}
