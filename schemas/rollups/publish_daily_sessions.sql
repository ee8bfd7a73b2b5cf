ALTER TABLE daily_sessions REPLACE PARTITION ({day:Date}, {tz:String}) FROM daily_sessions_door
