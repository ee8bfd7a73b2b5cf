-- How many parts a staging table has.
SELECT count() AS parts
FROM system.parts
WHERE database = currentDatabase() AND table = {staging:String} AND active
