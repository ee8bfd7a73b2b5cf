ALTER TABLE daily_events REPLACE PARTITION ({day:Date}, {tz:String}) FROM daily_events_door
