-- The door is one table of a fixed name: the second of two runs that would publish at once fails here.
RENAME TABLE {staging:Identifier} TO daily_sources_door
