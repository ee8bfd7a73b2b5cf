DROP TABLE IF EXISTS daily_sources_door SYNC
