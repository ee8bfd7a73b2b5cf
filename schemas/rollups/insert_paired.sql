INSERT INTO {paired_views:Identifier}
    (bucket, site, ip, agent, start_ms, view_high, view_low, path, is_bot, engaged_ms, evidence, source, network)
