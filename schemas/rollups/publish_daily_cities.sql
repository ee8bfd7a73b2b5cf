ALTER TABLE daily_cities REPLACE PARTITION ({day:Date}, {tz:String}) FROM daily_cities_door
