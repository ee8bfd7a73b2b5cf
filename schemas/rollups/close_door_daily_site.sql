DROP TABLE IF EXISTS daily_site_door SYNC
