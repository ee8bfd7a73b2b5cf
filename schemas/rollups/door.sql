-- Which door stands: each has another path. Its id and its age would tell too, but the embedded engine
-- shows neither.
SELECT arrayStringConcat(data_paths, ' ') AS paths
FROM system.tables
WHERE database = currentDatabase() AND name = 'rollup_door'
