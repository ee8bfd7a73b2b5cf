ALTER TABLE daily_ip_time REPLACE PARTITION ({day:Date}, {tz:String}) FROM daily_ip_time_door
