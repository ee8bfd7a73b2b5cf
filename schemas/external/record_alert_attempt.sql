-- How an attempt to send a message about a rule stands.
INSERT INTO alerts (rule, site, what, day, change, channel, recipient, attempt_id, state, detail)
SELECT {rule:String}, {site:String}, 'attempt', {day:Date}, {change:UInt32}, {channel:String}, {recipient:String}, {attempt_id:UUID}, {state:String}, {detail:String}
