ALTER TABLE daily_ip_access REPLACE PARTITION ({day:Date}, {tz:String}) FROM daily_ip_access_door
