-- +goose Up
CREATE TABLE IF NOT EXISTS rollup_agents
(
    agent   UInt64 COMMENT 'sipHash64 of the user-agent',
    browser LowCardinality(String),
    os      LowCardinality(String),
    device  LowCardinality(String)
)
ENGINE = MergeTree
ORDER BY agent
COMMENT 'Always empty: the shape of a staging table with what each user-agent stands for.';
