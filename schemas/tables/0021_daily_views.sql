-- +goose Up
CREATE TABLE IF NOT EXISTS daily_views
(
    day                Date COMMENT 'local day',
    tz                 LowCardinality(String) COMMENT 'time zone of the day',
    site               LowCardinality(String) COMMENT 'site key',
    ip                 IPv6 COMMENT 'client address after the privacy mode',
    agent              UInt64 COMMENT 'sipHash64 of the user-agent: with site and address the visitor chain',
    started_at         DateTime64(3, 'UTC') COMMENT 'start of the view',
    path               String COMMENT 'path of the page',
    is_bot             Bool COMMENT 'whether the view shows signs of a bot',
    kind               Enum8('evidence' = 1, 'gap' = 2, 'unknown' = 3) COMMENT 'what is known of the time: evidence from pings, the gap to the next view, or nothing',
    spent_ms           UInt64 COMMENT 'evidence or gap time, ms; 0 when it is unknown',
    evidence           Enum8('both' = 1, 'beacon_only' = 2, 'log_only' = 3) COMMENT 'who saw the view: the log and the beacon, one without the other; pixel and API count as beacon',
    begins             Bool COMMENT 'first view of its session on this day: count these for sessions',
    ends               Bool COMMENT 'last view of its session on this day',
    continued          Bool COMMENT 'first view of a second half of a session that midnight has cut',
    channel            LowCardinality(String) COMMENT 'campaign, referral, internal or direct; of the session''s first view on this day',
    referrer_host      LowCardinality(String) COMMENT 'host of the page that led here; of the session''s first view on this day',
    utm_source         LowCardinality(String) COMMENT 'campaign source; of the session''s first view on this day',
    utm_medium         LowCardinality(String) COMMENT 'campaign medium; of the session''s first view on this day',
    utm_campaign       LowCardinality(String) COMMENT 'campaign name; of the session''s first view on this day',
    country            LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2, empty when unknown; with the network that daily_ip_access shows of the address',
    asn                UInt32 COMMENT 'autonomous system number, 0 when unknown',
    organisation       LowCardinality(String) COMMENT 'organisation of the network',
    network_class      LowCardinality(String) COMMENT 'business, isp, hosting, vpn, education, government or empty',
    browser            LowCardinality(String) COMMENT 'browser family, empty when unknown',
    os                 LowCardinality(String) COMMENT 'operating system family, empty when unknown',
    device             LowCardinality(String) COMMENT 'desktop, phone, tablet, bot or empty',
    definition_version UInt16 COMMENT 'version of the definitions that the figures follow'
)
ENGINE = MergeTree
PARTITION BY (day, tz)
ORDER BY (site, ip, agent, started_at)
SETTINGS min_rows_to_fsync_after_merge = 1, fsync_part_directory = 1
COMMENT 'One row per page view that started on the local day, with its time, its session''s source and its network: filter by anything, and every figure follows.';
