-- Where the buckets begin: addresses between which lie about as many page views each, and how many page
-- views there are. Estimated from one view in so many. A day of some size has a few buckets at least, so
-- that several can be computed at once.
WITH least({most_views:UInt64}, greatest({least_views:UInt64}, intDiv(views, 4) + 1)) AS views_per_bucket
SELECT site, ip, views
FROM
(
    SELECT site, ip, n, sum(n) OVER (ORDER BY site, ip) AS through, sum(n) OVER () AS views
    FROM
    (
        SELECT site, ip, {one_in:UInt64} * count() AS n
        FROM events
        WHERE event_time >= {read_from:DateTime64(3, 'UTC')} AND event_time < {read_to:DateTime64(3, 'UTC')}
          AND kind = 'pageview'
          AND ({all_sites:Bool} OR has({sites:Array(String)}, site))
          AND cityHash64(view_id) % {one_in:UInt64} = 0
        GROUP BY site, ip
    )
)
WHERE intDiv(through, views_per_bucket) > intDiv(through - n, views_per_bucket)
ORDER BY site, ip
