ALTER TABLE daily_site REPLACE PARTITION ({day:Date}, {tz:String}) FROM daily_site_door
