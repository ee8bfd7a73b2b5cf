-- +goose Up
ALTER TABLE daily_sessions
    COMMENT COLUMN channel 'direct, search, social, mail, paid, ai, referral, campaign or internal, by the rules of channels';

ALTER TABLE daily_sources
    COMMENT COLUMN channel 'direct, search, social, mail, paid, ai, referral, campaign or internal, by the rules of channels';

ALTER TABLE daily_views
    COMMENT COLUMN channel 'direct, search, social, mail, paid, ai, referral, campaign or internal, by the rules of channels; of the session''s first view on this day';
