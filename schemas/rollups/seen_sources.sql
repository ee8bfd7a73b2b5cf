-- What the numbers of sources are made from, for the rules of channels.
SELECT
    source_number AS source,
    any(referrer_host) AS page_referrer_host,
    any(utm_source) AS page_utm_source,
    any(utm_medium) AS page_utm_medium,
    any(utm_campaign) AS page_utm_campaign,
    any(utm_term != '' OR utm_content != '') AS has_more_utm,
    any(host) AS page_host
FROM events
WHERE event_time >= {read_from:DateTime64(3, 'UTC')} AND event_time < {read_to:DateTime64(3, 'UTC')}
  AND kind = 'pageview'
  AND ({all_sites:Bool} OR has({sites:Array(String)}, site))
GROUP BY source
SETTINGS max_threads = 1, max_memory_usage = 2000000000
