-- What an ended run may have left behind.
SELECT name
FROM system.tables
WHERE database = currentDatabase() AND (startsWith(name, 'staging_') OR endsWith(name, '_door'))
ORDER BY name
