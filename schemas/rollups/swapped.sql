-- Whether a daily table holds of a day exactly the parts that stand behind the door: the same files, by
-- their hashes. Parts that were merged since, or that are kept otherwise, are not the same.
WITH
    staged AS
    (
        SELECT partition_id, arraySort(groupArray(hash_of_all_files)) AS parts
        FROM system.parts
        WHERE database = currentDatabase() AND table = concat({table:String}, '_door') AND active
        GROUP BY partition_id
    ),
    published AS
    (
        SELECT partition_id, arraySort(groupArray(hash_of_all_files)) AS parts
        FROM system.parts
        WHERE database = currentDatabase() AND table = {table:String} AND active
        GROUP BY partition_id
    )
SELECT count() = 1 AND countIf(published.parts = staged.parts) = 1 AS swapped
FROM staged
LEFT JOIN published ON published.partition_id = staged.partition_id
