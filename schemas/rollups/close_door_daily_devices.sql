DROP TABLE IF EXISTS daily_devices_door SYNC
