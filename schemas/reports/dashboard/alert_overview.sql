-- When a message about each rule was last sent, and until when the rule is silenced.
SELECT a.rule AS rule, a.site AS site, maxIf(a.at, a.state = 'sent') AS sent_at, argMaxIf(a.until, a.at, a.what = 'silence') AS until, argMaxIf(a.detail, a.at, a.what = 'silence') AS silenced_by
FROM alerts AS a
WHERE a.what IN ('attempt', 'silence')
GROUP BY a.rule, a.site
