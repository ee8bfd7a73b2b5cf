CREATE TABLE {staging:Identifier} AS daily_ip_time
