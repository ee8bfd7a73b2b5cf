-- The daily tables that hold of a day exactly the parts that stand behind the door: the same files, by their
-- hashes. Parts that were merged since, or that are kept otherwise, are not the same.
WITH
    staged AS
    (
        SELECT substring(table, 1, length(table) - length('_door')) AS daily, partition_id, arraySort(groupArray(hash_of_all_files)) AS parts
        FROM system.parts
        WHERE database = currentDatabase() AND has(arrayMap(t -> concat(t, '_door'), {tables:Array(String)}), table) AND active
        GROUP BY daily, partition_id
    ),
    published AS
    (
        SELECT table AS daily, partition_id, arraySort(groupArray(hash_of_all_files)) AS parts
        FROM system.parts
        WHERE database = currentDatabase() AND has({tables:Array(String)}, table) AND active
        GROUP BY daily, partition_id
    )
SELECT staged.daily AS daily
FROM staged
LEFT JOIN published ON published.daily = staged.daily AND published.partition_id = staged.partition_id
GROUP BY daily
HAVING count() = 1 AND countIf(published.parts = staged.parts) = 1
