CREATE TABLE {staging:Identifier} AS daily_sessions
