INSERT INTO events
(
    site, ip, view_id, kind, event_time, event_id, received_time, witness, address_mode, user_agent,
    host, path, query, title, referrer, request_id, language,
    utm_source, utm_medium, utm_campaign, utm_term, utm_content,
    engaged_ms, age_ms, scroll_pct, screen_px, name, props,
    method, status, bytes, content_type, duration_ms, hint_brands, hint_platform, hint_mobile,
    country, city, asn, organisation, network_class, browser, os, device, bot_reasons, enrich_rules,
    kafka_epoch, kafka_partition, kafka_offset
)
