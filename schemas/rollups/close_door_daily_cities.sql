DROP TABLE IF EXISTS daily_cities_door SYNC
