CREATE TABLE {staging:Identifier} AS daily_page_time
