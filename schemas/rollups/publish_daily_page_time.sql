ALTER TABLE daily_page_time REPLACE PARTITION ({day:Date}, {tz:String}) FROM daily_page_time_door
