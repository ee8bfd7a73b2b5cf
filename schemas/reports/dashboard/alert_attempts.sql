-- The attempts to tell a recipient how a rule stood, newest first, with how long ago they were written by the clock of ClickHouse.
SELECT toString(a.attempt_id) AS attempt, argMax(a.state, (a.at, a.state != 'sending')) AS state, toUInt64(greatest(0, dateDiff('millisecond', max(a.at), now64(3)))) AS age_ms
FROM alerts AS a
WHERE a.rule = {rule:String} AND a.site = {site:String} AND a.what = 'attempt' AND a.day = {day:Date} AND a.change = {change:UInt32}
    AND a.channel = {channel:String} AND a.recipient = {recipient:String}
GROUP BY a.attempt_id
ORDER BY max(a.at) DESC, a.attempt_id
