ALTER TABLE daily_devices REPLACE PARTITION ({day:Date}, {tz:String}) FROM daily_devices_door
