-- +goose Up
CREATE TABLE IF NOT EXISTS rollup_repeats
(
    site LowCardinality(String),
    view UInt128
)
ENGINE = MergeTree
ORDER BY tuple()
COMMENT 'Always empty: the shape of a staging table with the views whose page view was stored more than once.';
