CREATE TABLE {views:Identifier} AS rollup_views
