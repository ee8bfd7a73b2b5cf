DROP TABLE IF EXISTS daily_sessions_door SYNC
