DROP TABLE IF EXISTS daily_networks_door SYNC
