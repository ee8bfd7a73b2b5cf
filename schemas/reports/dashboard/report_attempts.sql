-- The attempts to send a report to a recipient, newest first, with how long ago they were written by the clock of ClickHouse.
SELECT toString(s.attempt_id) AS attempt, toString(s.state) AS state, toUInt64(greatest(0, dateDiff('millisecond', s.updated_at, now64(3)))) AS age_ms
FROM reports_sent AS s FINAL
WHERE s.report = {report:String} AND s.site = {site:String} AND s.week = {week:Date} AND s.channel = {channel:String} AND s.recipient = {recipient:String}
ORDER BY s.updated_at DESC, s.attempt_id
