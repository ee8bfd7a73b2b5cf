-- +goose Up
CREATE TABLE IF NOT EXISTS rollup_repeats
(
    view UInt64 COMMENT 'cityHash64 of the view''s id'
)
ENGINE = MergeTree
ORDER BY view
COMMENT 'Always empty: the shape of a staging table with the views that have more than one page view event, or events from several addresses.';
