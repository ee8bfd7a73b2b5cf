CREATE TABLE {repeated_views:Identifier} AS rollup_repeated_views
