-- The published runs of a range of days, with the checksum of one table.
SELECT
    toString(r.day) AS day, toString(r.run_id) AS run, toString(r.state) AS state, r.started_at AS started_at,
    r.definition_version AS definition_version,
    if(mapContains(r.checksums, {table:String}), lower(hex(r.checksums[{table:String}])), '') AS checksum
FROM job_runs AS r FINAL
WHERE r.job = 'daily' AND r.tz = {tz:String} AND r.day >= {from:Date} AND r.day <= {to:Date} AND r.state IN ('provisional', 'final')
ORDER BY r.day DESC, r.started_at DESC
LIMIT 1 BY r.day
LIMIT 100
