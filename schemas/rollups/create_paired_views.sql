CREATE TABLE {paired_views:Identifier} AS rollup_paired
