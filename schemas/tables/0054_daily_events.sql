-- +goose Up
CREATE TABLE IF NOT EXISTS daily_events
(
    day                Date COMMENT 'local day',
    tz                 LowCardinality(String) COMMENT 'time zone of the day',
    site               LowCardinality(String) COMMENT 'site key',
    name               LowCardinality(String) COMMENT 'name of the custom event',
    event_time         DateTime64(3, 'UTC') COMMENT 'when it happened; where it was sent several times, the earliest that was told',
    event_id           UInt64 COMMENT 'as in events',
    view_id            UUID COMMENT 'the page view that the event belongs to, unique within the site',
    ip                 IPv6 COMMENT 'client address after the privacy mode',
    agent              UInt64 COMMENT 'sipHash64 of the user-agent: with site and address the visitor chain, as in daily_views',
    is_bot             Bool COMMENT 'whether the event shows signs of a bot, or all views of its visitor on the day do',
    path               String COMMENT 'path of the page',
    props              Map(LowCardinality(String), String) COMMENT 'properties, in the order of their names',
    referrer_host      LowCardinality(String) COMMENT 'host of the page that led here, as the event says',
    utm_source         LowCardinality(String) COMMENT 'campaign source, as the event says',
    utm_medium         LowCardinality(String) COMMENT 'campaign medium, as the event says',
    utm_campaign       LowCardinality(String) COMMENT 'campaign name, as the event says',
    country            LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 of the address when the event came, empty when unknown',
    city               LowCardinality(String) COMMENT 'city, empty when unknown; with country, since names repeat',
    asn                UInt32 COMMENT 'autonomous system number, 0 when unknown',
    organisation       LowCardinality(String) COMMENT 'organisation of the network',
    network_class      LowCardinality(String) COMMENT 'business, isp, hosting, vpn, education, government or empty',
    browser            LowCardinality(String) COMMENT 'browser family as the event shows it, empty when unknown',
    os                 LowCardinality(String) COMMENT 'operating system family as the event shows it, empty when unknown',
    device             LowCardinality(String) COMMENT 'desktop, phone, tablet, bot or empty, as the event shows it',
    definition_version UInt16 COMMENT 'version of the definitions that the figures follow'
)
ENGINE = MergeTree
PARTITION BY (day, tz)
ORDER BY (site, name, event_time, event_id)
SETTINGS min_rows_to_fsync_after_merge = 1, fsync_part_directory = 1
COMMENT 'One row per custom event of the local day, each once, with what it says and whether a bot sent it.';

ALTER TABLE job_days
    COMMENT COLUMN views 'how many views and custom events began on the day, about';
