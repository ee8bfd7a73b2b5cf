-- The door: who makes this table may publish until it is dropped; a second one fails.
CREATE TABLE rollup_door (run UUID)
ENGINE = MergeTree
ORDER BY tuple()
