ALTER TABLE daily_networks REPLACE PARTITION ({day:Date}, {tz:String}) FROM daily_networks_door
