-- For a day without pairs, and for no other: whoever has lost the door to another run must not empty a day.
ALTER TABLE view_pairs REPLACE PARTITION ({day:Date}, {tz:String}) FROM view_pairs_door
SETTINGS allow_replace_partition_from_empty_source = 1
