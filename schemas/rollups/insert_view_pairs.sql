INSERT INTO {view_pairs:Identifier} (day, tz, site, view_id, log_view_id, started_at, is_bot, definition_version)
