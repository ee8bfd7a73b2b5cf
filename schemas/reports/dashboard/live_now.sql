-- Addresses that were there lately, and when the newest event came.
SELECT uniqExact(ip) AS addresses, max(received_time) AS received
FROM events
WHERE site = {site:String} AND event_time >= {recent:DateTime64(3, 'UTC')} AND event_time < {until:DateTime64(3, 'UTC')}
