CREATE TABLE {staging:Identifier} AS view_pairs
