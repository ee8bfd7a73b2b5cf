ALTER TABLE daily_views REPLACE PARTITION ({day:Date}, {tz:String}) FROM daily_views_door
