-- How an attempt to send a report stands.
INSERT INTO reports_sent (report, site, week, channel, recipient, attempt_id, state, detail)
SELECT {report:String}, {site:String}, {week:Date}, {channel:String}, {recipient:String}, {attempt_id:UUID}, {state:String}, {detail:String}
