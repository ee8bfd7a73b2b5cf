ALTER TABLE view_pairs REPLACE PARTITION ({day:Date}, {tz:String}) FROM view_pairs_door
