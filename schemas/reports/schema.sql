-- The tables as ClickHouse holds them, in the order of their names.
SELECT name, formatQuery(create_table_query) AS statement
FROM system.tables
WHERE database = currentDatabase() AND name != 'footfall_migrations' AND NOT startsWith(name, 'staging_')
ORDER BY name
