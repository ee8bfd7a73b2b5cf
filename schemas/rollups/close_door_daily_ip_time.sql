DROP TABLE IF EXISTS daily_ip_time_door SYNC
