DROP TABLE IF EXISTS daily_page_time_door SYNC
