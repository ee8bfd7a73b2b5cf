-- Every table and column that people may ask, with its type and its meaning, in the tables' own order.
SELECT
    t.name AS table,
    t.comment AS table_comment,
    t.engine = 'View' AS is_view,
    t.sorting_key AS sorting_key,
    t.partition_key AS partition_key,
    c.name AS column,
    c.type AS type,
    c.default_kind AS default_kind,
    c.comment AS comment
FROM system.tables AS t
INNER JOIN system.columns AS c ON c.database = t.database AND c.table = t.name
WHERE t.database = currentDatabase()
    AND t.name != 'footfall_migrations' AND NOT startsWith(t.name, 'staging_') AND NOT startsWith(t.name, 'rollup_')
ORDER BY t.name, c.position
