CREATE TABLE {staging:Identifier} AS daily_events
