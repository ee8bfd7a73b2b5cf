-- The texts behind the numbers of sources.
INSERT INTO {sources:Identifier} (source, channel, referrer_host, utm_source, utm_medium, utm_campaign)
SELECT
    source,
    multiIf(page_utm_source != '' OR page_utm_medium != '' OR page_utm_campaign != '' OR has_more_utm, 'campaign',
            page_referrer_host = '', 'direct', page_referrer_host = page_host, 'internal', 'referral'),
    page_referrer_host, page_utm_source, page_utm_medium, page_utm_campaign
FROM
(
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
)
SETTINGS max_threads = 1, max_insert_threads = 1, max_memory_usage = 2000000000
