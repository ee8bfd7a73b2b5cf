-- Each custom event once: of what was sent several times the earliest counts, and on its day only, also when a
-- browser's second attempt puts it behind midnight.
--
-- An event is a bot's by its own signs, as a view is, and when all views of its visitor on the day are a bot's:
-- so what a visitor does in a whole day counts here, too.
INSERT INTO {staging:Identifier}
    (day, tz, site, name, event_time, event_id, view_id, ip, agent, is_bot, path, props, referrer_host, utm_source, utm_medium, utm_campaign,
     country, city, asn, organisation, network_class, browser, os, device, definition_version)
WITH
    custom AS
    (
        SELECT *, referrer_host, CAST(sipHash64(user_agent), 'UInt64') AS agent
        FROM events
        WHERE kind = 'custom'
          AND event_time >= {day_start:DateTime64(3, 'UTC')} AND event_time < {day_end:DateTime64(3, 'UTC')}
          AND ({all_sites:Bool} OR has({sites:Array(String)}, site))
    ),
    of_bots AS
    (
        SELECT site, ip, visitor
        FROM {visits:Identifier}
        ARRAY JOIN agent AS visitor, is_bot AS bot
        WHERE has(is_bot, true) AND (site, ip) IN (SELECT site, ip FROM custom)
        GROUP BY site, ip, visitor
        HAVING min(bot)
    )
SELECT
    {day:Date}, {tz:String}, site, name, event_time, event_id, view_id, ip, agent,
    bitAnd(bot_reasons, {kept_reasons:UInt64}) != 0 OR user_agent IN (SELECT user_agent FROM {bots:Identifier}) OR (site, ip, agent) IN (SELECT site, ip, visitor FROM of_bots),
    path, mapSort(props), referrer_host, utm_source, utm_medium, utm_campaign,
    country, city, asn, organisation, network_class, browser, os, device, {definition_version:UInt16}
FROM
(
    SELECT name, site, event_time, event_id, view_id, ip, agent, bot_reasons, user_agent, path, props, referrer_host, utm_source, utm_medium, utm_campaign,
        country, city, asn, organisation, network_class, browser, os, device
    FROM custom
    WHERE (site, event_id) NOT IN
    (
        SELECT site, event_id
        FROM events
        WHERE kind = 'custom'
          AND event_time >= {read_from:DateTime64(3, 'UTC')} AND event_time < {day_start:DateTime64(3, 'UTC')}
          AND ({all_sites:Bool} OR has({sites:Array(String)}, site))
    )
    ORDER BY site, event_id, event_time, ip, view_id
    LIMIT 1 BY site, event_id
)
SETTINGS max_threads = 1, max_insert_threads = 1, max_memory_usage = 2000000000, max_bytes_before_external_sort = 500000000,
    min_insert_block_size_rows = 10000000, min_insert_block_size_bytes = 500000000
