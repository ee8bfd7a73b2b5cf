DROP TABLE IF EXISTS daily_ip_access_door SYNC
