-- Addresses that were there lately, and when the newest event came.
SELECT uniqExactIf(ip, event_time >= {recent:DateTime64(3, 'UTC')}) AS addresses, max(received_time) AS received, count() AS events
FROM events
WHERE site = {site:String} AND event_time >= {since:DateTime64(3, 'UTC')} AND event_time < {until:DateTime64(3, 'UTC')}
