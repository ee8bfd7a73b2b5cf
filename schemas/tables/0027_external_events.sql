-- +goose Up
CREATE TABLE IF NOT EXISTS external_events
(
    source     LowCardinality(String) COMMENT 'annotation for notes of people, else the name of the calendar that the event comes from',
    id         String COMMENT 'id within the source',
    site       LowCardinality(String) COMMENT 'site that it concerns, empty for all',
    title      String COMMENT 'what happened',
    url        String COMMENT 'page that tells more, or empty',
    author     LowCardinality(String) COMMENT 'who wrote the note; empty for calendars',
    starts_at  DateTime64(3, 'UTC') COMMENT 'when it begins',
    ends_at    DateTime64(3, 'UTC') COMMENT 'when it ends; the same instant when it has no length',
    status     LowCardinality(String) COMMENT 'as the source tells, e.g. confirmed',
    details    Map(LowCardinality(String), String) COMMENT 'what else the source tells',
    updated_at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'when this row was written; the newest row of an event counts',
    gone       Bool COMMENT 'whether it was removed, or its source names it no longer',
    stale      Bool COMMENT 'whether the source could not be read lately'
)
ENGINE = ReplacingMergeTree(updated_at)
ORDER BY (source, id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'What happened outside the site, to be shown beside its figures.';
