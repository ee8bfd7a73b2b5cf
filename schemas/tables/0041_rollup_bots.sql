-- +goose Up
CREATE TABLE IF NOT EXISTS rollup_bots
(
    user_agent String,
    reasons    UInt64
)
ENGINE = MergeTree
ORDER BY user_agent
COMMENT 'Always empty: the shape of a staging table with the user-agents that show signs of a bot.';
