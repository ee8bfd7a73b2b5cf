-- A staging table is merged once, when it is full: merges before that would be done twice.
ALTER TABLE {staging:Identifier} MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1
