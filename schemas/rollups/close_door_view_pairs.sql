DROP TABLE IF EXISTS view_pairs_door SYNC
