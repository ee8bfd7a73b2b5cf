CREATE TABLE {staging:Identifier} AS daily_views
