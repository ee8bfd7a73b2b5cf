-- What each user-agent stands for. Its events do not always agree: only some carry client hints, and anyone
-- can send any. What most addresses show counts, of several the last in the order of texts; unknown counts
-- only where nothing else is shown.
INSERT INTO {agents:Identifier} (agent, browser, os, device)
SELECT agent, shown.3, shown.4, shown.5
FROM
(
    SELECT agent, max((page_browser != '' OR page_os != '' OR page_device != '', addresses, page_browser, page_os, page_device)) AS shown
    FROM
    (
        SELECT
            CAST(sipHash64(user_agent), 'UInt64') AS agent,
            browser AS page_browser,
            os AS page_os,
            device AS page_device,
            uniq(ip) AS addresses
        FROM events
        WHERE event_time >= {read_from:DateTime64(3, 'UTC')} AND event_time < {read_to:DateTime64(3, 'UTC')}
          AND kind = 'pageview'
          AND ({all_sites:Bool} OR has({sites:Array(String)}, site))
        GROUP BY agent, page_browser, page_os, page_device
    )
    GROUP BY agent
)
SETTINGS max_threads = 1, max_insert_threads = 1, max_memory_usage = 2000000000, max_bytes_before_external_group_by = 1000000000
