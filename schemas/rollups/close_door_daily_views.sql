DROP TABLE IF EXISTS daily_views_door SYNC
