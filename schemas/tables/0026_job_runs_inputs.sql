-- +goose Up
ALTER TABLE job_runs
    ADD COLUMN IF NOT EXISTS cause LowCardinality(String) COMMENT 'what began the attempt: schedule, person or command; empty in old rows',
    ADD COLUMN IF NOT EXISTS asked_by LowCardinality(String) COMMENT 'which person',
    ADD COLUMN IF NOT EXISTS reason LowCardinality(String) COMMENT 'why the day was due: missing, failed, stale, unfinished, differs or requested',
    ADD COLUMN IF NOT EXISTS sites Array(String) COMMENT 'the sites that it covers; none: every site',
    ADD COLUMN IF NOT EXISTS events UInt64 COMMENT 'stored events that it read, of the day and its surroundings',
    ADD COLUMN IF NOT EXISTS first_stored DateTime64(3, 'UTC') COMMENT 'when the first of them was stored',
    ADD COLUMN IF NOT EXISTS last_stored DateTime64(3, 'UTC') COMMENT 'when the last of them was stored';
