ALTER TABLE daily_sources REPLACE PARTITION ({day:Date}, {tz:String}) FROM daily_sources_door
