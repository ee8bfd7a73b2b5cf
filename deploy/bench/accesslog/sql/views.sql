-- Views that can be asked for.
SELECT uniqExact(view_id)
FROM events
WHERE site = {site:String}
