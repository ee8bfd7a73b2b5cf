SELECT DISTINCT site, event_id
FROM events
WHERE site IN {sites:Array(String)} AND event_id IN {ids:Array(UInt64)}
    AND event_time BETWEEN {from:DateTime64(3, 'UTC')} AND {to:DateTime64(3, 'UTC')}
