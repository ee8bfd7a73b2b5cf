-- Whether the door has been open for longer than any run needs it: then its run was killed.
SELECT count() AS stale
FROM system.tables
WHERE database = currentDatabase() AND name = 'rollup_door'
  AND metadata_modification_time > toDateTime(0) -- which it is while the table is being made
  AND metadata_modification_time < now() - toIntervalSecond({seconds:UInt32})
