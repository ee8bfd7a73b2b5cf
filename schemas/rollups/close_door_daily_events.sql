DROP TABLE IF EXISTS daily_events_door SYNC
