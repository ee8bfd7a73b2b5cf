-- The source of REPLACE PARTITION cannot be a parameter, so the staged table gets a fixed name.
RENAME TABLE {staging:Identifier} TO daily_events_door
