CREATE TABLE default.alerts
(
    `rule` LowCardinality(String) COMMENT 'name of the rule',
    `site` LowCardinality(String) COMMENT 'site that the rule looks at',
    `what` Enum8('judged' = 1, 'attempt' = 2, 'silence' = 3) COMMENT 'judged: how the rule stands; attempt: one to send a message about that; silence: until when no messages are sent',
    `day` Date COMMENT 'local day that was judged; 1970-01-01 for rules on live figures and for silences',
    `change` UInt32 COMMENT 'number of the change of a rule on live figures, from 1 on; 0 for rules on days and for silences',
    `verdict` LowCardinality(String) COMMENT 'of what was judged: holds, clear or unknown; else empty',
    `value` Nullable(Float64) COMMENT 'figure that was judged: a count, ms, a share from 0 to 1, or for no_data seconds; NULL: unknown',
    `usual` Nullable(Float64) COMMENT 'mean of the same weekday of the four weeks before; NULL: unknown, or the rule does not ask',
    `silenced` Bool COMMENT 'whether the rule was silenced when a day was judged: nobody is told of it',
    `channel` LowCardinality(String) COMMENT 'of an attempt: mail or webhook',
    `recipient` String COMMENT 'of an attempt: digest of the address that it went to',
    `attempt_id` UUID COMMENT 'of an attempt: which one',
    `state` LowCardinality(String) COMMENT 'of an attempt: sending, released (another process was at it), failed or sent',
    `detail` String COMMENT 'of an attempt: why it failed; of a silence: who asked for it',
    `until` DateTime64(3, 'UTC') COMMENT 'of a silence: its end; else 1970',
    `at` DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'when this row was written; of one thing the newest row counts'
)
ENGINE = MergeTree
ORDER BY (rule, site, what, day, change, at)
TTL toDateTime(at) + toIntervalMonth(24)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 8192
COMMENT 'How alert rules stood, and whom was told; what keeps a message from being sent twice.';

CREATE TABLE default.daily_cities
(
    `day` Date COMMENT 'local day',
    `tz` LowCardinality(String) COMMENT 'time zone of the day',
    `site` LowCardinality(String) COMMENT 'site key',
    `country` LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2, empty when unknown',
    `city` LowCardinality(String) COMMENT 'city by the file of the operator, empty when unknown',
    `is_bot` Bool COMMENT 'whether the views show signs of a bot',
    `accesses` UInt64 COMMENT 'distinct views that started on the day',
    `addresses` UInt64 COMMENT 'distinct addresses',
    `sessions` UInt64 COMMENT 'sessions, cut at local midnight',
    `sessions_continued` UInt64 COMMENT 'of these, second halves of sessions that began the day before',
    `bounces` UInt64 COMMENT 'sessions of one view whose engaged time is unknown or under 10 s',
    `spent_ms` UInt64 COMMENT 'evidence and gap time, ms',
    `engaged_ms` UInt64 COMMENT 'evidence time, ms',
    `views_evidence` UInt64 COMMENT 'views whose time is known from pings',
    `views_gap` UInt64 COMMENT 'views whose time is the gap to the next view',
    `views_unknown` UInt64 COMMENT 'views whose time is unknown; they add nothing to spent_ms',
    `definition_version` UInt16 COMMENT 'version of the definitions that the figures follow'
)
ENGINE = MergeTree
PARTITION BY (day, tz)
ORDER BY (site, country, city, is_bot)
SETTINGS min_rows_to_fsync_after_merge = 1, fsync_part_directory = 1, index_granularity = 8192
COMMENT 'Cities of the addresses that read a site, per local day.';

CREATE TABLE default.daily_devices
(
    `day` Date COMMENT 'local day',
    `tz` LowCardinality(String) COMMENT 'time zone of the day',
    `site` LowCardinality(String) COMMENT 'site key',
    `browser` LowCardinality(String) COMMENT 'browser family, empty when unknown',
    `os` LowCardinality(String) COMMENT 'operating system family, empty when unknown',
    `device` LowCardinality(String) COMMENT 'desktop, phone, tablet, bot or empty',
    `is_bot` Bool COMMENT 'whether the views show signs of a bot',
    `accesses` UInt64 COMMENT 'distinct views that started on the day',
    `addresses` UInt64 COMMENT 'distinct addresses; one address may show several devices',
    `sessions` UInt64 COMMENT 'sessions, cut at local midnight',
    `sessions_continued` UInt64 COMMENT 'of these, second halves of sessions that began the day before',
    `bounces` UInt64 COMMENT 'sessions of one view whose engaged time is unknown or under 10 s',
    `spent_ms` UInt64 COMMENT 'evidence and gap time, ms',
    `engaged_ms` UInt64 COMMENT 'evidence time, ms',
    `views_evidence` UInt64 COMMENT 'views whose time is known from pings',
    `views_gap` UInt64 COMMENT 'views whose time is the gap to the next view',
    `views_unknown` UInt64 COMMENT 'views whose time is unknown; they add nothing to spent_ms',
    `definition_version` UInt16 COMMENT 'version of the definitions that the figures follow'
)
ENGINE = MergeTree
PARTITION BY (day, tz)
ORDER BY (site, device, os, browser, is_bot)
SETTINGS min_rows_to_fsync_after_merge = 1, fsync_part_directory = 1, index_granularity = 8192
COMMENT 'Browsers, operating systems and devices, per local day.';

CREATE TABLE default.daily_events
(
    `day` Date COMMENT 'local day',
    `tz` LowCardinality(String) COMMENT 'time zone of the day',
    `site` LowCardinality(String) COMMENT 'site key',
    `name` LowCardinality(String) COMMENT 'name of the custom event',
    `event_time` DateTime64(3, 'UTC') COMMENT 'when it happened; where it was sent several times, the earliest that was told',
    `event_id` UInt64 COMMENT 'as in events',
    `view_id` UUID COMMENT 'the page view that the event belongs to, unique within the site',
    `ip` IPv6 COMMENT 'client address after the privacy mode',
    `agent` UInt64 COMMENT 'sipHash64 of the user-agent: with site and address the visitor chain, as in daily_views',
    `is_bot` Bool COMMENT 'whether the event shows signs of a bot, or all views of its visitor on the day do',
    `path` String COMMENT 'path of the page',
    `props` Map(LowCardinality(String), String) COMMENT 'properties, in the order of their names',
    `referrer_host` LowCardinality(String) COMMENT 'host of the page that led here, as the event says',
    `utm_source` LowCardinality(String) COMMENT 'campaign source, as the event says',
    `utm_medium` LowCardinality(String) COMMENT 'campaign medium, as the event says',
    `utm_campaign` LowCardinality(String) COMMENT 'campaign name, as the event says',
    `country` LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2 of the address when the event came, empty when unknown',
    `city` LowCardinality(String) COMMENT 'city, empty when unknown; with country, since names repeat',
    `asn` UInt32 COMMENT 'autonomous system number, 0 when unknown',
    `organisation` LowCardinality(String) COMMENT 'organisation of the network',
    `network_class` LowCardinality(String) COMMENT 'business, isp, hosting, vpn, education, government or empty',
    `browser` LowCardinality(String) COMMENT 'browser family as the event shows it, empty when unknown',
    `os` LowCardinality(String) COMMENT 'operating system family as the event shows it, empty when unknown',
    `device` LowCardinality(String) COMMENT 'desktop, phone, tablet, bot or empty, as the event shows it',
    `definition_version` UInt16 COMMENT 'version of the definitions that the figures follow'
)
ENGINE = MergeTree
PARTITION BY (day, tz)
ORDER BY (site, name, event_time, event_id)
SETTINGS min_rows_to_fsync_after_merge = 1, fsync_part_directory = 1, index_granularity = 8192
COMMENT 'One row per custom event of the local day, each once, with what it says and whether a bot sent it.';

CREATE TABLE default.daily_ip_access
(
    `day` Date COMMENT 'local day',
    `tz` LowCardinality(String) COMMENT 'time zone of the day',
    `site` LowCardinality(String) COMMENT 'site key',
    `ip` IPv6 COMMENT 'client address after the privacy mode',
    `is_bot` Bool COMMENT 'whether the views show signs of a bot',
    `accesses` UInt64 COMMENT 'distinct views that started on the day',
    `sessions` UInt64 COMMENT 'sessions, cut at local midnight',
    `sessions_continued` UInt64 COMMENT 'of these, second halves of sessions that began the day before',
    `bounces` UInt64 COMMENT 'sessions of one view whose engaged time is unknown or under 10 s',
    `visitors` UInt64 COMMENT 'distinct user-agents seen at the address',
    `shared` Bool COMMENT 'whether more than 3 user-agents were seen',
    `pages` UInt64 COMMENT 'distinct paths',
    `spent_ms` UInt64 COMMENT 'evidence and gap time, ms',
    `engaged_ms` UInt64 COMMENT 'evidence time, ms',
    `views_evidence` UInt64 COMMENT 'views whose time is known from pings',
    `views_gap` UInt64 COMMENT 'views whose time is the gap to the next view',
    `views_unknown` UInt64 COMMENT 'views whose time is unknown; they add nothing to spent_ms',
    `views_both` UInt64 COMMENT 'views that the log and the beacon saw',
    `views_beacon_only` UInt64 COMMENT 'views that only the beacon, the pixel or the API saw',
    `views_log_only` UInt64 COMMENT 'views that only the log saw',
    `first_seen` DateTime64(3, 'UTC') COMMENT 'start of the first view',
    `last_seen` DateTime64(3, 'UTC') COMMENT 'start of the last view',
    `country` LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2, empty when unknown',
    `city` LowCardinality(String) COMMENT 'city, empty when unknown',
    `asn` UInt32 COMMENT 'autonomous system number, 0 when unknown',
    `organisation` LowCardinality(String) COMMENT 'organisation of the network',
    `network_class` LowCardinality(String) COMMENT 'business, isp, hosting, vpn, education, government or empty',
    `definition_version` UInt16 COMMENT 'version of the definitions that the figures follow'
)
ENGINE = MergeTree
PARTITION BY (day, tz)
ORDER BY (site, ip, is_bot)
SETTINGS min_rows_to_fsync_after_merge = 1, fsync_part_directory = 1, index_granularity = 8192
COMMENT 'Access counts per address and local day.';

CREATE TABLE default.daily_ip_time
(
    `day` Date COMMENT 'local day',
    `tz` LowCardinality(String) COMMENT 'time zone of the day',
    `site` LowCardinality(String) COMMENT 'site key',
    `ip` IPv6 COMMENT 'client address after the privacy mode',
    `path` String COMMENT 'path of the page',
    `is_bot` Bool COMMENT 'whether the views show signs of a bot',
    `accesses` UInt64 COMMENT 'distinct views that started on the day',
    `entries` UInt64 COMMENT 'sessions that began with this page',
    `exits` UInt64 COMMENT 'sessions that ended with this page',
    `spent_ms` UInt64 COMMENT 'evidence and gap time, ms',
    `engaged_ms` UInt64 COMMENT 'evidence time, ms',
    `views_evidence` UInt64 COMMENT 'views whose time is known from pings',
    `views_gap` UInt64 COMMENT 'views whose time is the gap to the next view',
    `views_unknown` UInt64 COMMENT 'views whose time is unknown; they add nothing to spent_ms',
    `definition_version` UInt16 COMMENT 'version of the definitions that the figures follow'
)
ENGINE = MergeTree
PARTITION BY (day, tz)
ORDER BY (site, ip, path, is_bot)
SETTINGS min_rows_to_fsync_after_merge = 1, fsync_part_directory = 1, index_granularity = 8192
COMMENT 'Time spent per address, page and local day.';

CREATE TABLE default.daily_networks
(
    `day` Date COMMENT 'local day',
    `tz` LowCardinality(String) COMMENT 'time zone of the day',
    `site` LowCardinality(String) COMMENT 'site key',
    `country` LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2, empty when unknown',
    `asn` UInt32 COMMENT 'autonomous system number, 0 when unknown',
    `organisation` LowCardinality(String) COMMENT 'organisation of the network',
    `network_class` LowCardinality(String) COMMENT 'business, isp, hosting, vpn, education, government or empty',
    `is_bot` Bool COMMENT 'whether the views show signs of a bot',
    `accesses` UInt64 COMMENT 'distinct views that started on the day',
    `addresses` UInt64 COMMENT 'distinct addresses',
    `sessions` UInt64 COMMENT 'sessions, cut at local midnight',
    `sessions_continued` UInt64 COMMENT 'of these, second halves of sessions that began the day before',
    `bounces` UInt64 COMMENT 'sessions of one view whose engaged time is unknown or under 10 s',
    `spent_ms` UInt64 COMMENT 'evidence and gap time, ms',
    `engaged_ms` UInt64 COMMENT 'evidence time, ms',
    `views_evidence` UInt64 COMMENT 'views whose time is known from pings',
    `views_gap` UInt64 COMMENT 'views whose time is the gap to the next view',
    `views_unknown` UInt64 COMMENT 'views whose time is unknown; they add nothing to spent_ms',
    `definition_version` UInt16 COMMENT 'version of the definitions that the figures follow'
)
ENGINE = MergeTree
PARTITION BY (day, tz)
ORDER BY (site, asn, organisation, network_class, country, is_bot)
SETTINGS min_rows_to_fsync_after_merge = 1, fsync_part_directory = 1, index_granularity = 8192
COMMENT 'Networks that read a site, per local day.';

CREATE TABLE default.daily_page_time
(
    `day` Date COMMENT 'local day',
    `tz` LowCardinality(String) COMMENT 'time zone of the day',
    `site` LowCardinality(String) COMMENT 'site key',
    `path` String COMMENT 'path of the page',
    `is_bot` Bool COMMENT 'whether the views show signs of a bot',
    `accesses` UInt64 COMMENT 'distinct views that started on the day',
    `addresses` UInt64 COMMENT 'distinct addresses',
    `entries` UInt64 COMMENT 'sessions that began with this page',
    `exits` UInt64 COMMENT 'sessions that ended with this page',
    `spent_ms` UInt64 COMMENT 'evidence and gap time, ms',
    `engaged_ms` UInt64 COMMENT 'evidence time, ms',
    `views_evidence` UInt64 COMMENT 'views whose time is known from pings',
    `views_gap` UInt64 COMMENT 'views whose time is the gap to the next view',
    `views_unknown` UInt64 COMMENT 'views whose time is unknown; they add nothing to spent_ms',
    `median_ms` Nullable(UInt64) COMMENT 'lower median of the known times, NULL when none is known',
    `histogram` Array(UInt64) COMMENT 'known times by length: under 5 s, 10 s, 30 s, 1 min, 2 min, 5 min, 10 min, 30 min, and longer',
    `definition_version` UInt16 COMMENT 'version of the definitions that the figures follow'
)
ENGINE = MergeTree
PARTITION BY (day, tz)
ORDER BY (site, path, is_bot)
SETTINGS min_rows_to_fsync_after_merge = 1, fsync_part_directory = 1, index_granularity = 8192
COMMENT 'Time spent per page and local day.';

CREATE TABLE default.daily_sessions
(
    `day` Date COMMENT 'local day',
    `tz` LowCardinality(String) COMMENT 'time zone of the day',
    `site` LowCardinality(String) COMMENT 'site key',
    `ip` IPv6 COMMENT 'client address after the privacy mode',
    `agent` UInt64 COMMENT 'sipHash64 of the user-agent: with site and address the visitor chain',
    `started_at` DateTime64(3, 'UTC') COMMENT 'start of the first view',
    `is_bot` Bool COMMENT 'whether the first view shows signs of a bot',
    `continued` Bool COMMENT 'whether it is the second half of a session that midnight has cut',
    `duration_ms` UInt64 COMMENT 'furthest evidenced activity less the start, ms',
    `views` UInt64 COMMENT 'views of the session on this day',
    `entry_path` String COMMENT 'path of the first view',
    `exit_path` String COMMENT 'path of the last view',
    `bounce` Bool COMMENT 'one view whose engaged time is unknown or under 10 s',
    `spent_ms` UInt64 COMMENT 'evidence and gap time, ms',
    `engaged_ms` UInt64 COMMENT 'evidence time, ms',
    `views_evidence` UInt64 COMMENT 'views whose time is known from pings',
    `views_gap` UInt64 COMMENT 'views whose time is the gap to the next view',
    `views_unknown` UInt64 COMMENT 'views whose time is unknown; they add nothing to spent_ms',
    `channel` LowCardinality(String) COMMENT 'direct, search, social, mail, paid, ai, referral, campaign or internal, by the rules of channels',
    `referrer_host` LowCardinality(String) COMMENT 'host of the page that led here',
    `utm_source` LowCardinality(String) COMMENT 'campaign source',
    `utm_medium` LowCardinality(String) COMMENT 'campaign medium',
    `utm_campaign` LowCardinality(String) COMMENT 'campaign name',
    `definition_version` UInt16 COMMENT 'version of the definitions that the figures follow'
)
ENGINE = MergeTree
PARTITION BY (day, tz)
ORDER BY (site, ip, agent, started_at)
SETTINGS min_rows_to_fsync_after_merge = 1, fsync_part_directory = 1, index_granularity = 8192
COMMENT 'One row per session and local day.';

CREATE TABLE default.daily_site
(
    `day` Date COMMENT 'local day',
    `tz` LowCardinality(String) COMMENT 'time zone of the day',
    `site` LowCardinality(String) COMMENT 'site key',
    `is_bot` Bool COMMENT 'whether the views show signs of a bot',
    `accesses` UInt64 COMMENT 'distinct views that started on the day',
    `addresses` UInt64 COMMENT 'distinct addresses',
    `visitors` UInt64 COMMENT 'distinct visitor chains: address and user-agent',
    `sessions` UInt64 COMMENT 'sessions, cut at local midnight',
    `sessions_continued` UInt64 COMMENT 'of these, second halves of sessions that began the day before',
    `bounces` UInt64 COMMENT 'sessions of one view whose engaged time is unknown or under 10 s',
    `spent_ms` UInt64 COMMENT 'evidence and gap time, ms',
    `engaged_ms` UInt64 COMMENT 'evidence time, ms',
    `views_evidence` UInt64 COMMENT 'views whose time is known from pings',
    `views_gap` UInt64 COMMENT 'views whose time is the gap to the next view',
    `views_unknown` UInt64 COMMENT 'views whose time is unknown; they add nothing to spent_ms',
    `views_both` UInt64 COMMENT 'views that the log and the beacon saw',
    `views_beacon_only` UInt64 COMMENT 'views that only the beacon, the pixel or the API saw',
    `views_log_only` UInt64 COMMENT 'views that only the log saw',
    `accesses_by_hour` Array(UInt64) COMMENT 'views by hour since local midnight; 23 to 25 numbers',
    `spent_ms_by_hour` Array(UInt64) COMMENT 'evidence and gap time of these views, ms',
    `definition_version` UInt16 COMMENT 'version of the definitions that the figures follow'
)
ENGINE = MergeTree
PARTITION BY (day, tz)
ORDER BY (site, is_bot)
SETTINGS min_rows_to_fsync_after_merge = 1, fsync_part_directory = 1, index_granularity = 8192
COMMENT 'Totals per site and local day.';

CREATE TABLE default.daily_sources
(
    `day` Date COMMENT 'local day',
    `tz` LowCardinality(String) COMMENT 'time zone of the day',
    `site` LowCardinality(String) COMMENT 'site key',
    `channel` LowCardinality(String) COMMENT 'direct, search, social, mail, paid, ai, referral, campaign or internal, by the rules of channels',
    `referrer_host` LowCardinality(String) COMMENT 'host of the page that led here',
    `utm_source` LowCardinality(String) COMMENT 'campaign source',
    `utm_medium` LowCardinality(String) COMMENT 'campaign medium',
    `utm_campaign` LowCardinality(String) COMMENT 'campaign name',
    `is_bot` Bool COMMENT 'whether the views show signs of a bot',
    `accesses` UInt64 COMMENT 'distinct views that started on the day',
    `sessions` UInt64 COMMENT 'sessions, cut at local midnight',
    `sessions_continued` UInt64 COMMENT 'of these, second halves of sessions that began the day before',
    `bounces` UInt64 COMMENT 'sessions of one view whose engaged time is unknown or under 10 s',
    `spent_ms` UInt64 COMMENT 'evidence and gap time, ms',
    `engaged_ms` UInt64 COMMENT 'evidence time, ms',
    `views_evidence` UInt64 COMMENT 'views whose time is known from pings',
    `views_gap` UInt64 COMMENT 'views whose time is the gap to the next view',
    `views_unknown` UInt64 COMMENT 'views whose time is unknown; they add nothing to spent_ms',
    `definition_version` UInt16 COMMENT 'version of the definitions that the figures follow'
)
ENGINE = MergeTree
PARTITION BY (day, tz)
ORDER BY (site, channel, referrer_host, utm_source, utm_medium, utm_campaign, is_bot)
SETTINGS min_rows_to_fsync_after_merge = 1, fsync_part_directory = 1, index_granularity = 8192
COMMENT 'Where sessions came from, per local day; views and times are those of the sessions.';

CREATE TABLE default.daily_views
(
    `day` Date COMMENT 'local day',
    `tz` LowCardinality(String) COMMENT 'time zone of the day',
    `site` LowCardinality(String) COMMENT 'site key',
    `ip` IPv6 COMMENT 'client address after the privacy mode',
    `agent` UInt64 COMMENT 'sipHash64 of the user-agent: with site and address the visitor chain',
    `started_at` DateTime64(3, 'UTC') COMMENT 'start of the view',
    `path` String COMMENT 'path of the page',
    `is_bot` Bool COMMENT 'whether the view shows signs of a bot',
    `kind` Enum8('evidence' = 1, 'gap' = 2, 'unknown' = 3) COMMENT 'what is known of the time: evidence from pings, the gap to the next view, or nothing',
    `spent_ms` UInt64 COMMENT 'evidence or gap time, ms; 0 when it is unknown',
    `evidence` Enum8('both' = 1, 'beacon_only' = 2, 'log_only' = 3) COMMENT 'who saw the view: the log and the beacon, one without the other; pixel and API count as beacon',
    `begins` Bool COMMENT 'first view of its session on this day: count these for sessions',
    `ends` Bool COMMENT 'last view of its session on this day',
    `continued` Bool COMMENT 'first view of a second half of a session that midnight has cut',
    `channel` LowCardinality(String) COMMENT 'direct, search, social, mail, paid, ai, referral, campaign or internal, by the rules of channels; of the session\'s first view on this day',
    `referrer_host` LowCardinality(String) COMMENT 'host of the page that led here; of the session\'s first view on this day',
    `utm_source` LowCardinality(String) COMMENT 'campaign source; of the session\'s first view on this day',
    `utm_medium` LowCardinality(String) COMMENT 'campaign medium; of the session\'s first view on this day',
    `utm_campaign` LowCardinality(String) COMMENT 'campaign name; of the session\'s first view on this day',
    `country` LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2, empty when unknown; with the network that daily_ip_access shows of the address',
    `city` LowCardinality(String) COMMENT 'city that daily_ip_access shows of the address, empty when unknown; with country, since names repeat',
    `asn` UInt32 COMMENT 'autonomous system number, 0 when unknown',
    `organisation` LowCardinality(String) COMMENT 'organisation of the network',
    `network_class` LowCardinality(String) COMMENT 'business, isp, hosting, vpn, education, government or empty',
    `browser` LowCardinality(String) COMMENT 'browser family, empty when unknown',
    `os` LowCardinality(String) COMMENT 'operating system family, empty when unknown',
    `device` LowCardinality(String) COMMENT 'desktop, phone, tablet, bot or empty',
    `definition_version` UInt16 COMMENT 'version of the definitions that the figures follow'
)
ENGINE = MergeTree
PARTITION BY (day, tz)
ORDER BY (site, ip, agent, started_at)
SETTINGS min_rows_to_fsync_after_merge = 1, fsync_part_directory = 1, index_granularity = 8192
COMMENT 'One row per page view that started on the local day, with its time, its session\'s source and its network: filter by anything, and every figure follows.';

CREATE TABLE default.events
(
    `site` LowCardinality(String) COMMENT 'site key',
    `ip` IPv6 COMMENT 'client address after the site\'s privacy mode; IPv4 as ::ffff:a.b.c.d',
    `view_id` UUID COMMENT 'the page view that the event belongs to, unique within the site',
    `kind` Enum8('pageview' = 1, 'engagement' = 2, 'custom' = 3) COMMENT 'what the event reports',
    `event_time` DateTime64(3, 'UTC') COMMENT 'when it happened' CODEC(DoubleDelta, ZSTD(1)),
    `event_id` UInt64 COMMENT 'xxHash64 of the 16 bytes of the event\'s id' CODEC(ZSTD(1)),
    `received_time` DateTime64(3, 'UTC') COMMENT 'when the collector took it' CODEC(DoubleDelta, ZSTD(1)),
    `stored_time` DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'when this row was inserted' CODEC(DoubleDelta, ZSTD(1)),
    `witness` Enum8('beacon' = 1, 'pixel' = 2, 'log' = 3, 'api' = 4) COMMENT 'who saw it',
    `address_mode` Enum8('full' = 1, 'truncated' = 2, 'keyed' = 3) COMMENT 'privacy mode applied to ip',
    `user_agent` LowCardinality(String) COMMENT 'User-Agent header',
    `host` LowCardinality(String) COMMENT 'host of the page, empty when the witness does not know it',
    `path` String COMMENT 'path of the page as sent; a hash route follows behind #' CODEC(ZSTD(1)),
    `query` String COMMENT 'query string without its ?' CODEC(ZSTD(1)),
    `title` String COMMENT 'document title' CODEC(ZSTD(1)),
    `referrer` String COMMENT 'absolute URL of the page before, or empty' CODEC(ZSTD(1)),
    `referrer_host` LowCardinality(String) MATERIALIZED lower(domain(referrer)) COMMENT 'host of the referrer',
    `request_id` String COMMENT 'the web server\'s id of the request that delivered the page' CODEC(ZSTD(1)),
    `language` LowCardinality(String) COMMENT 'first tag of Accept-Language',
    `utm_source` LowCardinality(String) COMMENT 'campaign source',
    `utm_medium` LowCardinality(String) COMMENT 'campaign medium',
    `utm_campaign` LowCardinality(String) COMMENT 'campaign name',
    `utm_term` LowCardinality(String) COMMENT 'campaign term',
    `utm_content` LowCardinality(String) COMMENT 'campaign content',
    `engaged_ms` UInt32 COMMENT 'cumulative engaged time of the view so far, ms; meaningful in engagement events' CODEC(T64, ZSTD(1)),
    `age_ms` UInt32 COMMENT 'age that the client declared, ms' CODEC(T64, ZSTD(1)),
    `scroll_pct` UInt8 COMMENT 'furthest scroll depth, percent' CODEC(T64, ZSTD(1)),
    `screen_px` UInt16 COMMENT 'viewport width, CSS pixels' CODEC(T64, ZSTD(1)),
    `name` LowCardinality(String) COMMENT 'name of a custom event',
    `props` Map(LowCardinality(String), String) COMMENT 'properties of a custom event' CODEC(ZSTD(1)),
    `method` LowCardinality(String) COMMENT 'log lines: HTTP method',
    `status` UInt16 COMMENT 'log lines: HTTP status, 0 when unknown' CODEC(T64, ZSTD(1)),
    `bytes` UInt64 COMMENT 'log lines: bytes sent' CODEC(T64, ZSTD(1)),
    `content_type` LowCardinality(String) COMMENT 'log lines: content type',
    `duration_ms` UInt32 COMMENT 'log lines: request time, ms' CODEC(T64, ZSTD(1)),
    `hint_brands` LowCardinality(String) COMMENT 'Sec-CH-UA header',
    `hint_platform` LowCardinality(String) COMMENT 'Sec-CH-UA-Platform header',
    `hint_mobile` LowCardinality(String) COMMENT 'Sec-CH-UA-Mobile header',
    `country` LowCardinality(String) COMMENT 'ISO 3166-1 alpha-2, empty when unknown',
    `city` LowCardinality(String) COMMENT 'city, empty when unknown',
    `asn` UInt32 COMMENT 'autonomous system number, 0 when unknown' CODEC(T64, ZSTD(1)),
    `organisation` LowCardinality(String) COMMENT 'organisation of the network',
    `network_class` LowCardinality(String) COMMENT 'business, isp, hosting, vpn, education, government or empty',
    `browser` LowCardinality(String) COMMENT 'browser family',
    `os` LowCardinality(String) COMMENT 'operating system family',
    `device` LowCardinality(String) COMMENT 'desktop, phone, tablet, bot or empty',
    `bot_reasons` UInt64 COMMENT 'signs of a bot as bits, 0 for none: 1 client hints contradict the user-agent, 2 a path that scanners look for, 4 hosting network, 8 no user-agent; by the lists of when it was recorded, which runs decide anew: 256 crawler, 512 headless browser, 1024 library, 2048 nonsense' CODEC(T64, ZSTD(1)),
    `enrich_rules` LowCardinality(String) COMMENT 'versions of the databases and rules behind the derived columns',
    `source_number` UInt64 ALIAS (((((CAST(sipHash64(referrer_host), 'UInt64') * 3) + (CAST(sipHash64(utm_source), 'UInt64') * 5)) + (CAST(sipHash64(utm_medium), 'UInt64') * 7)) + (CAST(sipHash64(utm_campaign), 'UInt64') * 11)) + (CAST(sipHash64(host), 'UInt64') * 13)) + ((utm_term != '') OR (utm_content != '')) COMMENT 'what the source is made from, as one number; hashed text by text, since that costs one hash per distinct text',
    `network_number` UInt64 ALIAS ((((CAST(sipHash64(country), 'UInt64') * 3) + (sipHash64(asn) * 5)) + (CAST(sipHash64(organisation), 'UInt64') * 7)) + (CAST(sipHash64(network_class), 'UInt64') * 11)) + (CAST(sipHash64(city), 'UInt64') * 13) COMMENT 'the network and the city as one number',
    `kafka_epoch` UInt64 COMMENT 'life of the partition: when the consumer first met it, ms since 1970' CODEC(T64, ZSTD(1)),
    `kafka_partition` UInt16 COMMENT 'partition that the row was read from' CODEC(T64, ZSTD(1)),
    `kafka_offset` UInt64 COMMENT 'offset that the row was read from' CODEC(Delta(8), ZSTD(1)),
    INDEX ip_filter ip TYPE bloom_filter(0.01) GRANULARITY 4,
    INDEX stored_range stored_time TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMMDD(event_time)
ORDER BY (site, ip, toUInt128(view_id), kind, event_time, event_id)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 8192
COMMENT 'Raw events, one row per event; a repeated event collapses at merge. Partitioned by UTC day.';

CREATE TABLE default.events_dead
(
    `kafka_epoch` UInt64 COMMENT 'life of the partition: when the consumer first met it, ms since 1970',
    `kafka_partition` UInt16 COMMENT 'partition that the record was read from',
    `kafka_offset` UInt64 COMMENT 'offset that the record was read from',
    `record_time` DateTime64(3, 'UTC') COMMENT 'when Kafka took the record',
    `stored_time` DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'when this row was inserted',
    `replayed_time` DateTime64(3, 'UTC') DEFAULT 0 COMMENT 'when the record was published again; 1970 when it was not',
    `version` LowCardinality(String) COMMENT 'format that the record\'s header stated',
    `reason` LowCardinality(String) COMMENT 'short name of what was wrong',
    `error` String COMMENT 'what was wrong, for people',
    `value` String COMMENT 'the record\'s bytes as they came'
)
ENGINE = ReplacingMergeTree(replayed_time)
PARTITION BY toYYYYMM(record_time)
ORDER BY (kafka_epoch, kafka_partition, kafka_offset)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 8192
COMMENT 'Records that could not become events, kept so that they can be replayed.';

CREATE TABLE default.external_events
(
    `source` LowCardinality(String) COMMENT 'annotation for notes of people, else the name of the calendar that the event comes from',
    `id` String COMMENT 'id within the source',
    `site` LowCardinality(String) COMMENT 'site that it concerns, empty for all',
    `title` String COMMENT 'what happened',
    `url` String COMMENT 'page that tells more, or empty',
    `author` LowCardinality(String) COMMENT 'who wrote the note; empty for calendars',
    `starts_at` DateTime64(3, 'UTC') COMMENT 'when it begins',
    `ends_at` DateTime64(3, 'UTC') COMMENT 'when it ends; the same instant when it has no length',
    `status` LowCardinality(String) COMMENT 'as the source tells, e.g. confirmed',
    `details` Map(LowCardinality(String), String) COMMENT 'what else the source tells',
    `updated_at` DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'when this row was written; the newest row of an event counts',
    `gone` Bool COMMENT 'whether it was removed, or its source names it no longer',
    `stale` Bool COMMENT 'whether the source could not be read lately'
)
ENGINE = ReplacingMergeTree(updated_at)
ORDER BY (source, id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 8192
COMMENT 'What happened outside the site, to be shown beside its figures.';

CREATE TABLE default.external_sources
(
    `source` LowCardinality(String) COMMENT 'name of the calendar, as in external_events',
    `calls` Array(DateTime64(3, 'UTC')) COMMENT 'when it was called within the last hour; a call is noted before it is made',
    `not_before` DateTime64(3, 'UTC') COMMENT 'when it may be called again, as it said itself; 1970 if it said nothing',
    `fetched_at` DateTime64(3, 'UTC') COMMENT 'when it was last read; 1970: never',
    `failed_at` DateTime64(3, 'UTC') COMMENT 'when it last could not be read; 1970: never',
    `failure` LowCardinality(String) COMMENT 'why it cannot be read since, e.g. rate_limited; empty when it can',
    `updated_at` DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'when this row was written; the newest row of a source counts'
)
ENGINE = ReplacingMergeTree(updated_at)
ORDER BY source
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 8192
COMMENT 'How the calendars stand that external_events comes from.';

CREATE VIEW default.filtered_events
COMMENT 'The custom events of a site and range of days that pass filters: only and except are LIKE patterns by column. Ask it like a function, with all parameters.'
AS SELECT *
FROM default.daily_events
WHERE (site = {site:String}) AND (tz = {tz:String}) AND (day >= {from:Date}) AND (day <= {to:Date}) AND (({bots:String} = 'all') OR (is_bot = ({bots:String} = 'bots'))) AND (({ip_from:IPv6} = toIPv6('::')) OR (ip >= {ip_from:IPv6})) AND (({ip_to:IPv6} = toIPv6('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff')) OR (ip <= {ip_to:IPv6})) AND ((NOT mapContains({only:Map(String, String)}, 'path')) OR (path LIKE ({only:Map(String, String)}['path']))) AND ((NOT mapContains({except:Map(String, String)}, 'path')) OR (path NOT LIKE ({except:Map(String, String)}['path']))) AND ((NOT mapContains({only:Map(String, String)}, 'country')) OR (country LIKE ({only:Map(String, String)}['country']))) AND ((NOT mapContains({except:Map(String, String)}, 'country')) OR (country NOT LIKE ({except:Map(String, String)}['country']))) AND ((NOT mapContains({only:Map(String, String)}, 'city')) OR (city LIKE ({only:Map(String, String)}['city']))) AND ((NOT mapContains({except:Map(String, String)}, 'city')) OR (city NOT LIKE ({except:Map(String, String)}['city']))) AND ((NOT mapContains({only:Map(String, String)}, 'asn')) OR (toString(asn) LIKE ({only:Map(String, String)}['asn']))) AND ((NOT mapContains({except:Map(String, String)}, 'asn')) OR (toString(asn) NOT LIKE ({except:Map(String, String)}['asn']))) AND ((NOT mapContains({only:Map(String, String)}, 'organisation')) OR (organisation LIKE ({only:Map(String, String)}['organisation']))) AND ((NOT mapContains({except:Map(String, String)}, 'organisation')) OR (organisation NOT LIKE ({except:Map(String, String)}['organisation']))) AND ((NOT mapContains({only:Map(String, String)}, 'network_class')) OR (network_class LIKE ({only:Map(String, String)}['network_class']))) AND ((NOT mapContains({except:Map(String, String)}, 'network_class')) OR (network_class NOT LIKE ({except:Map(String, String)}['network_class']))) AND ((NOT mapContains({only:Map(String, String)}, 'browser')) OR (browser LIKE ({only:Map(String, String)}['browser']))) AND ((NOT mapContains({except:Map(String, String)}, 'browser')) OR (browser NOT LIKE ({except:Map(String, String)}['browser']))) AND ((NOT mapContains({only:Map(String, String)}, 'os')) OR (os LIKE ({only:Map(String, String)}['os']))) AND ((NOT mapContains({except:Map(String, String)}, 'os')) OR (os NOT LIKE ({except:Map(String, String)}['os']))) AND ((NOT mapContains({only:Map(String, String)}, 'device')) OR (device LIKE ({only:Map(String, String)}['device']))) AND ((NOT mapContains({except:Map(String, String)}, 'device')) OR (device NOT LIKE ({except:Map(String, String)}['device']))) AND ((NOT mapContains({only:Map(String, String)}, 'utm_source')) OR (utm_source LIKE ({only:Map(String, String)}['utm_source']))) AND ((NOT mapContains({except:Map(String, String)}, 'utm_source')) OR (utm_source NOT LIKE ({except:Map(String, String)}['utm_source']))) AND ((NOT mapContains({only:Map(String, String)}, 'utm_medium')) OR (utm_medium LIKE ({only:Map(String, String)}['utm_medium']))) AND ((NOT mapContains({except:Map(String, String)}, 'utm_medium')) OR (utm_medium NOT LIKE ({except:Map(String, String)}['utm_medium']))) AND ((NOT mapContains({only:Map(String, String)}, 'utm_campaign')) OR (utm_campaign LIKE ({only:Map(String, String)}['utm_campaign']))) AND ((NOT mapContains({except:Map(String, String)}, 'utm_campaign')) OR (utm_campaign NOT LIKE ({except:Map(String, String)}['utm_campaign']))) AND ((NOT mapContains({only:Map(String, String)}, 'referrer_host')) OR (referrer_host LIKE ({only:Map(String, String)}['referrer_host']))) AND ((NOT mapContains({except:Map(String, String)}, 'referrer_host')) OR (referrer_host NOT LIKE ({except:Map(String, String)}['referrer_host'])));

CREATE VIEW default.filtered_views
COMMENT 'The views of a site and range of days that pass filters: only and except are LIKE patterns by column. Ask it like a function, with all parameters.'
AS SELECT *
FROM default.daily_views
WHERE (site = {site:String}) AND (tz = {tz:String}) AND (day >= {from:Date}) AND (day <= {to:Date}) AND (({bots:String} = 'all') OR (is_bot = ({bots:String} = 'bots'))) AND (({ip_from:IPv6} = toIPv6('::')) OR (ip >= {ip_from:IPv6})) AND (({ip_to:IPv6} = toIPv6('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff')) OR (ip <= {ip_to:IPv6})) AND ((NOT mapContains({only:Map(String, String)}, 'path')) OR (path LIKE ({only:Map(String, String)}['path']))) AND ((NOT mapContains({except:Map(String, String)}, 'path')) OR (path NOT LIKE ({except:Map(String, String)}['path']))) AND ((NOT mapContains({only:Map(String, String)}, 'channel')) OR (channel LIKE ({only:Map(String, String)}['channel']))) AND ((NOT mapContains({except:Map(String, String)}, 'channel')) OR (channel NOT LIKE ({except:Map(String, String)}['channel']))) AND ((NOT mapContains({only:Map(String, String)}, 'referrer_host')) OR (referrer_host LIKE ({only:Map(String, String)}['referrer_host']))) AND ((NOT mapContains({except:Map(String, String)}, 'referrer_host')) OR (referrer_host NOT LIKE ({except:Map(String, String)}['referrer_host']))) AND ((NOT mapContains({only:Map(String, String)}, 'utm_source')) OR (utm_source LIKE ({only:Map(String, String)}['utm_source']))) AND ((NOT mapContains({except:Map(String, String)}, 'utm_source')) OR (utm_source NOT LIKE ({except:Map(String, String)}['utm_source']))) AND ((NOT mapContains({only:Map(String, String)}, 'utm_medium')) OR (utm_medium LIKE ({only:Map(String, String)}['utm_medium']))) AND ((NOT mapContains({except:Map(String, String)}, 'utm_medium')) OR (utm_medium NOT LIKE ({except:Map(String, String)}['utm_medium']))) AND ((NOT mapContains({only:Map(String, String)}, 'utm_campaign')) OR (utm_campaign LIKE ({only:Map(String, String)}['utm_campaign']))) AND ((NOT mapContains({except:Map(String, String)}, 'utm_campaign')) OR (utm_campaign NOT LIKE ({except:Map(String, String)}['utm_campaign']))) AND ((NOT mapContains({only:Map(String, String)}, 'country')) OR (country LIKE ({only:Map(String, String)}['country']))) AND ((NOT mapContains({except:Map(String, String)}, 'country')) OR (country NOT LIKE ({except:Map(String, String)}['country']))) AND ((NOT mapContains({only:Map(String, String)}, 'city')) OR (city LIKE ({only:Map(String, String)}['city']))) AND ((NOT mapContains({except:Map(String, String)}, 'city')) OR (city NOT LIKE ({except:Map(String, String)}['city']))) AND ((NOT mapContains({only:Map(String, String)}, 'asn')) OR (toString(asn) LIKE ({only:Map(String, String)}['asn']))) AND ((NOT mapContains({except:Map(String, String)}, 'asn')) OR (toString(asn) NOT LIKE ({except:Map(String, String)}['asn']))) AND ((NOT mapContains({only:Map(String, String)}, 'organisation')) OR (organisation LIKE ({only:Map(String, String)}['organisation']))) AND ((NOT mapContains({except:Map(String, String)}, 'organisation')) OR (organisation NOT LIKE ({except:Map(String, String)}['organisation']))) AND ((NOT mapContains({only:Map(String, String)}, 'network_class')) OR (network_class LIKE ({only:Map(String, String)}['network_class']))) AND ((NOT mapContains({except:Map(String, String)}, 'network_class')) OR (network_class NOT LIKE ({except:Map(String, String)}['network_class']))) AND ((NOT mapContains({only:Map(String, String)}, 'browser')) OR (browser LIKE ({only:Map(String, String)}['browser']))) AND ((NOT mapContains({except:Map(String, String)}, 'browser')) OR (browser NOT LIKE ({except:Map(String, String)}['browser']))) AND ((NOT mapContains({only:Map(String, String)}, 'os')) OR (os LIKE ({only:Map(String, String)}['os']))) AND ((NOT mapContains({except:Map(String, String)}, 'os')) OR (os NOT LIKE ({except:Map(String, String)}['os']))) AND ((NOT mapContains({only:Map(String, String)}, 'device')) OR (device LIKE ({only:Map(String, String)}['device']))) AND ((NOT mapContains({except:Map(String, String)}, 'device')) OR (device NOT LIKE ({except:Map(String, String)}['device']))) AND ((NOT mapContains({only:Map(String, String)}, 'evidence')) OR (toString(evidence) LIKE ({only:Map(String, String)}['evidence']))) AND ((NOT mapContains({except:Map(String, String)}, 'evidence')) OR (toString(evidence) NOT LIKE ({except:Map(String, String)}['evidence']))) AND ((NOT mapContains({only:Map(String, String)}, 'kind')) OR (toString(kind) LIKE ({only:Map(String, String)}['kind']))) AND ((NOT mapContains({except:Map(String, String)}, 'kind')) OR (toString(kind) NOT LIKE ({except:Map(String, String)}['kind'])));

CREATE TABLE default.ingest_runs
(
    `stream` LowCardinality(String) COMMENT 'topic and Kafka cluster',
    `kafka_partition` UInt16 COMMENT 'partition',
    `kafka_epoch` UInt64 COMMENT 'life of the partition: when the consumer first met it, ms since 1970',
    `first_offset` Int64 COMMENT 'first offset of the run',
    `last_offset` Int64 COMMENT 'last offset of the run so far; before the first one when it has none yet',
    `kind` Enum8('stored' = 1, 'lost' = 2, 'rewound' = 3) COMMENT 'lost: Kafka had deleted the records before they were read; rewound: the worker went back to first_offset, and the rows before no longer tell what is stored',
    `rows` UInt64 COMMENT 'events that the worker stored',
    `dead` UInt64 COMMENT 'dead letters that the worker stored',
    `mark` UInt64 COMMENT 'hash of the record at last_offset, 0 when it is not known',
    `stored_time` DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'when this row was written; the longest row of a run counts'
)
ENGINE = ReplacingMergeTree(last_offset)
ORDER BY (stream, kafka_partition, kafka_epoch, first_offset, kind)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 8192
COMMENT 'The ranges of offsets that the consumer has accounted for: one row per partition and worker.';

CREATE TABLE default.job_days
(
    `job` LowCardinality(String) COMMENT 'what is computed, e.g. daily',
    `day` Date COMMENT 'local day that events were stored for',
    `tz` LowCardinality(String) COMMENT 'time zone whose midnights bound the day',
    `found_at` DateTime64(3, 'UTC') COMMENT 'when the look began that found this; a run that began later has changed it',
    `reason` LowCardinality(String) COMMENT 'missing, failed, stale, unfinished, differs; empty: nothing is to be done',
    `detail` String COMMENT 'what differs',
    `due` Bool COMMENT 'whether that look computes the day; if not, a pause is on',
    `views` UInt64 COMMENT 'how many views and custom events began on the day, about',
    `last_stored` DateTime64(3, 'UTC') COMMENT 'when the last event was stored that can change the day'
)
ENGINE = ReplacingMergeTree(found_at)
ORDER BY (job, tz, day)
SETTINGS index_granularity = 8192
COMMENT 'What the rollup has found out about each day that has events, as the job console shows it.';

CREATE TABLE default.job_log
(
    `run_id` UUID COMMENT 'the attempt, as in job_runs',
    `job` LowCardinality(String) COMMENT 'what is computed, e.g. daily',
    `tz` LowCardinality(String) COMMENT 'time zone whose midnights bound the day',
    `day` Date COMMENT 'local day',
    `at` DateTime64(3, 'UTC') COMMENT 'when the step ended',
    `seq` UInt32 COMMENT 'counts the steps of the attempt from 1',
    `level` Enum8('info' = 1, 'warn' = 2, 'error' = 3) COMMENT 'how grave it is',
    `step` LowCardinality(String) COMMENT 'which step of a run',
    `message` String COMMENT 'what happened, in words',
    `attrs` Map(LowCardinality(String), String) COMMENT 'what belongs to it; ms is how long it took'
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (run_id, seq)
TTL toDateTime(at) + toIntervalMonth(13)
SETTINGS ttl_only_drop_parts = 1, index_granularity = 8192
COMMENT 'What each attempt to publish a day did, step by step; kept for 13 months.';

CREATE TABLE default.job_looks
(
    `job` LowCardinality(String) COMMENT 'what is computed, e.g. daily',
    `tz` LowCardinality(String) COMMENT 'time zone',
    `looked_at` DateTime64(3, 'UTC') COMMENT 'when the days were last compared with the ledger',
    `every_ms` UInt64 COMMENT 'how often that is done, ms',
    `refresh_ms` UInt64 COMMENT 'how old the rows of an unfinished day may get, ms',
    `grace_ms` UInt64 COMMENT 'how long after local midnight a day becomes final, ms',
    `deadline_ms` UInt64 COMMENT 'how long after that it may take before an alert is raised, ms',
    `incomplete` String COMMENT 'why not all events were stored; empty: they were',
    `due` UInt64 COMMENT 'how many days were to be computed',
    `overdue` Array(Date) COMMENT 'days that should have been final by then'
)
ENGINE = ReplacingMergeTree(looked_at)
ORDER BY (job, tz)
SETTINGS index_granularity = 8192
COMMENT 'The last comparison of each zone, with the settings that it follows.';

CREATE TABLE default.job_requests
(
    `job` LowCardinality(String) COMMENT 'what is to be computed, e.g. daily',
    `day` Date COMMENT 'local day',
    `tz` LowCardinality(String) COMMENT 'time zone whose midnights bound the day',
    `request_id` UUID COMMENT 'shared by the days that were asked for at once',
    `state` Enum8('open' = 1, 'running' = 2, 'done' = 3, 'failed' = 4, 'refused' = 5, 'cancelled' = 6) COMMENT 'how the request stands',
    `requested_at` DateTime64(3, 'UTC') COMMENT 'when it was made',
    `updated_at` DateTime64(3, 'UTC') COMMENT 'when this row was written; the newest row of a request counts',
    `requested_by` LowCardinality(String) COMMENT 'who asks',
    `reason` LowCardinality(String) COMMENT 'how the day stood then: missing, failed, stale, or redo for one that is published',
    `run_id` UUID COMMENT 'the run that was begun for it; zero while there is none',
    `answer` String COMMENT 'what became of it, in words'
)
ENGINE = ReplacingMergeTree(updated_at)
ORDER BY (job, tz, day, request_id)
TTL toDateTime(updated_at) + toIntervalMonth(24)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 8192
COMMENT 'Days that people ask the rollup to compute; a day and a request each.';

CREATE TABLE default.job_runs
(
    `job` LowCardinality(String) COMMENT 'what was computed, e.g. daily',
    `day` Date COMMENT 'local day',
    `tz` LowCardinality(String) COMMENT 'time zone whose midnights bound the day',
    `run_id` UUID COMMENT 'one attempt',
    `state` Enum8('running' = 1, 'provisional' = 2, 'final' = 3, 'failed' = 4) COMMENT 'how the attempt stands',
    `started_at` DateTime64(3, 'UTC') COMMENT 'when the attempt began',
    `updated_at` DateTime64(3, 'UTC') COMMENT 'when this row was written; the newest row of a run counts',
    `views` UInt64 COMMENT 'page views published',
    `spent_ms` UInt64 COMMENT 'evidence and gap time published, ms',
    `rows` Map(LowCardinality(String), UInt64) COMMENT 'rows published, by table',
    `checksums` Map(LowCardinality(String), UInt64) COMMENT 'checksum of the published rows, by table',
    `error` String COMMENT 'why the attempt failed',
    `definition_version` UInt16 COMMENT 'version of the definitions that the figures follow',
    `cause` LowCardinality(String) COMMENT 'what began the attempt: schedule, person or command; empty in old rows',
    `asked_by` LowCardinality(String) COMMENT 'which person',
    `reason` LowCardinality(String) COMMENT 'why the day was due: missing, failed, stale, unfinished, differs or requested',
    `sites` Array(String) COMMENT 'the sites that it covers; none: every site',
    `events` UInt64 COMMENT 'stored events that it read, of the day and its surroundings',
    `first_stored` DateTime64(3, 'UTC') COMMENT 'when the first of them was stored',
    `last_stored` DateTime64(3, 'UTC') COMMENT 'when the last of them was stored'
)
ENGINE = ReplacingMergeTree(updated_at)
ORDER BY (job, tz, day, run_id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 8192
COMMENT 'The ledger: one row per attempt to publish a day.';

CREATE VIEW default.page_views
(
    `site` LowCardinality(String) COMMENT 'site key',
    `view_id` UUID COMMENT 'the page view, unique within the site',
    `ip` IPv6 COMMENT 'client address after the site\'s privacy mode; IPv4 as ::ffff:a.b.c.d',
    `engaged_ms` Nullable(Int64) COMMENT 'engaged time, ms: visible, focused, input within 60 s; bounded by what the server saw; NULL when no ping arrived',
    `scroll_pct` UInt8 COMMENT 'furthest scroll depth, percent; 0 when no browser told',
    `host` String COMMENT 'host of the page, empty when the witness does not know it',
    `path` String COMMENT 'path of the page as sent; a hash route follows behind #',
    `query` String COMMENT 'query string without its ?',
    `title` String COMMENT 'document title',
    `referrer` String COMMENT 'absolute URL of the page before, or empty',
    `referrer_host` String COMMENT 'host of the referrer',
    `user_agent` String COMMENT 'User-Agent header; with site and address the visitor chain',
    `language` String COMMENT 'first tag of Accept-Language',
    `utm_source` String COMMENT 'campaign source',
    `utm_medium` String COMMENT 'campaign medium',
    `utm_campaign` String COMMENT 'campaign name',
    `country` String COMMENT 'ISO 3166-1 alpha-2, empty when unknown',
    `city` String COMMENT 'city, empty when unknown; with country, since names repeat',
    `asn` UInt32 COMMENT 'autonomous system number, 0 when unknown',
    `organisation` String COMMENT 'organisation of the network',
    `browser` String COMMENT 'browser family',
    `os` String COMMENT 'operating system family',
    `device` String COMMENT 'desktop, phone, tablet, bot or empty',
    `status` UInt16 COMMENT 'HTTP status of the log\'s line, 0 when unknown',
    `started_at` DateTime64(3, 'UTC') COMMENT 'start of the view; the earlier one where two witnesses saw it',
    `witnesses` Array(String) COMMENT 'who saw it: beacon, pixel, log, api',
    `evidence` String COMMENT 'both, beacon_only (beacon, pixel or API) or log_only',
    `is_bot` Bool COMMENT 'whether the view shows signs of a bot, as judged when it was recorded; the daily tables judge anew, by the rules of now'
)
COMMENT 'One row per page view after de-duplication: the analysts\' table. What two witnesses saw under ids of their own is one row once a run has paired it.'
AS SELECT
    v.* EXCEPT (started_at, witnesses, evidence, is_bot),
    if(p.is_pair, least(v.started_at, p.started_at), v.started_at) AS started_at,
    if(p.is_pair, arraySort(arrayDistinct(arrayPushBack(v.witnesses, 'log'))), v.witnesses) AS witnesses,
    if(p.is_pair, 'both', v.evidence) AS evidence,
    v.is_bot OR p.is_bot AS is_bot
FROM
(
    SELECT
        site,
        view_id,
        argMin(ip, (kind != 'pageview', event_time, event_id)) AS ip,
        minIf(event_time, kind = 'pageview') AS started_at,
        if(countIf(kind = 'engagement') = 0, NULL, greatest(least(maxIf(engaged_ms, (kind = 'engagement') AND (witness = 'beacon')), dateDiff('millisecond', minIf(received_time, witness = 'beacon'), maxIf(received_time, witness = 'beacon')) + 5000), maxIf(engaged_ms, (kind = 'engagement') AND (witness != 'beacon')))) AS engaged_ms,
        max(scroll_pct) AS scroll_pct,
        multiIf(countIf((kind = 'pageview') AND (witness = 'log')) = 0, 'beacon_only', countIf((kind = 'pageview') AND (witness != 'log')) = 0, 'log_only', 'both') AS evidence,
        arraySort(groupUniqArray(witness)) AS witnesses,
        argMin(host, (kind != 'pageview', event_time, event_id)) AS host,
        argMin(path, (kind != 'pageview', event_time, event_id)) AS path,
        argMin(query, (kind != 'pageview', event_time, event_id)) AS query,
        argMin(title, (kind != 'pageview', event_time, event_id)) AS title,
        argMin(referrer, (kind != 'pageview', event_time, event_id)) AS referrer,
        argMin(referrer_host, (kind != 'pageview', event_time, event_id)) AS referrer_host,
        argMin(user_agent, (kind != 'pageview', event_time, event_id)) AS user_agent,
        argMin(language, (kind != 'pageview', event_time, event_id)) AS language,
        argMin(utm_source, (kind != 'pageview', event_time, event_id)) AS utm_source,
        argMin(utm_medium, (kind != 'pageview', event_time, event_id)) AS utm_medium,
        argMin(utm_campaign, (kind != 'pageview', event_time, event_id)) AS utm_campaign,
        argMin(country, (kind != 'pageview', event_time, event_id)) AS country,
        argMin(city, (kind != 'pageview', event_time, event_id)) AS city,
        argMin(asn, (kind != 'pageview', event_time, event_id)) AS asn,
        argMin(organisation, (kind != 'pageview', event_time, event_id)) AS organisation,
        argMin(browser, (kind != 'pageview', event_time, event_id)) AS browser,
        argMin(os, (kind != 'pageview', event_time, event_id)) AS os,
        argMin(device, (kind != 'pageview', event_time, event_id)) AS device,
        argMin(status, (kind != 'pageview', event_time, event_id)) AS status,
        argMin(bot_reasons, (kind != 'pageview', event_time, event_id)) != 0 AS is_bot
    FROM default.events
    WHERE kind IN ('pageview', 'engagement')
    GROUP BY
        site,
        view_id
    HAVING countIf(kind = 'pageview') > 0
) AS v
ANY LEFT JOIN
(
    SELECT
        site,
        view_id,
        started_at,
        is_bot,
        true AS is_pair
    FROM default.view_pairs
) AS p ON (p.site = v.site) AND (p.view_id = v.view_id)
WHERE (v.site, v.view_id) NOT IN (
    SELECT
        site,
        log_view_id
    FROM default.view_pairs
);

CREATE TABLE default.reports_sent
(
    `report` LowCardinality(String) COMMENT 'what was sent, e.g. weekly',
    `site` LowCardinality(String) COMMENT 'site that it is about',
    `week` Date COMMENT 'first local day of the week that it is about',
    `channel` LowCardinality(String) COMMENT 'mail or webhook',
    `recipient` String COMMENT 'digest of the address that it went to',
    `attempt_id` UUID COMMENT 'one attempt to send it',
    `state` Enum8('sending' = 1, 'released' = 2, 'failed' = 3, 'sent' = 4) COMMENT 'how the attempt stands; released: another process was at it',
    `detail` String COMMENT 'why it failed',
    `updated_at` DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'when this row was written; the newest row of an attempt counts'
)
ENGINE = ReplacingMergeTree(updated_at)
ORDER BY (report, site, week, channel, recipient, attempt_id)
TTL toDateTime(updated_at) + toIntervalMonth(24)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 8192
COMMENT 'Attempts to send reports; what keeps a report from being sent twice.';

CREATE TABLE default.rollup_agents
(
    `agent` UInt64 COMMENT 'sipHash64 of the user-agent',
    `browser` LowCardinality(String),
    `os` LowCardinality(String),
    `device` LowCardinality(String)
)
ENGINE = MergeTree
ORDER BY agent
SETTINGS index_granularity = 8192
COMMENT 'Always empty: the shape of a staging table with what each user-agent stands for.';

CREATE TABLE default.rollup_beacon_sites
(
    `site` LowCardinality(String),
    `is_v4` Bool COMMENT 'whether it holds for IPv4 or for IPv6 addresses',
    `common` UInt64 COMMENT 'addresses at which both the log and the beacon have seen views without signs of a bot',
    `logged` UInt64 COMMENT 'addresses at which the log has'
)
ENGINE = MergeTree
ORDER BY (site, is_v4)
SETTINGS index_granularity = 8192
COMMENT 'Always empty: the shape of a staging table with the sites at which the beacon is in use on the day.';

CREATE TABLE default.rollup_bots
(
    `user_agent` String,
    `reasons` UInt64
)
ENGINE = MergeTree
ORDER BY user_agent
SETTINGS index_granularity = 8192
COMMENT 'Always empty: the shape of a staging table with the user-agents that show signs of a bot.';

CREATE TABLE default.rollup_networks
(
    `network` UInt64 COMMENT 'number made of the texts',
    `rank` UInt32 COMMENT 'place in the order of the texts, from 1',
    `country` LowCardinality(String),
    `asn` UInt32,
    `organisation` LowCardinality(String),
    `network_class` LowCardinality(String),
    `city` LowCardinality(String)
)
ENGINE = MergeTree
ORDER BY network
SETTINGS index_granularity = 8192
COMMENT 'Always empty: the shape of a staging table with the texts behind the numbers of networks.';

CREATE TABLE default.rollup_paired
(
    `bucket` UInt16,
    `site` LowCardinality(String),
    `ip` IPv6,
    `agent` Array(UInt64),
    `start_ms` Array(Int64),
    `view_high` Array(UInt64) COMMENT 'upper half of the view\'s id',
    `view_low` Array(UInt64) COMMENT 'lower half of it',
    `path` Array(String),
    `is_bot` Array(Bool),
    `engaged_ms` Array(Int64),
    `evidence` Array(Int8),
    `source` Array(UInt64),
    `network` Array(UInt64)
)
ENGINE = MergeTree
ORDER BY bucket
SETTINGS index_granularity = 8192
COMMENT 'Always empty: the shape of a staging table with the suspects of rollup_visits, once the views that two witnesses saw are one.';

CREATE TABLE default.rollup_repeated_views
(
    `site` LowCardinality(String),
    `ip` IPv6,
    `agent` UInt64,
    `view_id` UInt128,
    `start_ms` Int64,
    `path` String,
    `is_bot` Bool,
    `engaged_ms` Int64 COMMENT '-1 when no ping has arrived',
    `evidence` Enum8('both' = 1, 'beacon_only' = 2, 'log_only' = 3),
    `source` UInt64,
    `network` UInt64,
    `request` UInt64 COMMENT 'sipHash64 of the request\'s id; 0 when there is none'
)
ENGINE = MergeTree
ORDER BY (site, ip)
SETTINGS index_granularity = 8192
COMMENT 'Always empty: the shape of a staging table with one row for each of the views in rollup_repeats.';

CREATE TABLE default.rollup_repeats
(
    `view` UInt64 COMMENT 'cityHash64 of the view\'s id'
)
ENGINE = MergeTree
ORDER BY view
SETTINGS index_granularity = 8192
COMMENT 'Always empty: the shape of a staging table with the views that have more than one page view event, or events from several addresses.';

CREATE TABLE default.rollup_sources
(
    `source` UInt64 COMMENT 'number made of the texts and of the page\'s host',
    `channel` LowCardinality(String),
    `referrer_host` LowCardinality(String),
    `utm_source` LowCardinality(String),
    `utm_medium` LowCardinality(String),
    `utm_campaign` LowCardinality(String)
)
ENGINE = MergeTree
ORDER BY source
SETTINGS index_granularity = 8192
COMMENT 'Always empty: the shape of a staging table with the texts behind the numbers of sources.';

CREATE TABLE default.rollup_visits
(
    `bucket` UInt16 COMMENT 'share of the addresses: what one step of a run holds in memory',
    `site` LowCardinality(String),
    `ip` IPv6,
    `agent` Array(UInt64) COMMENT 'sipHash64 of the user-agent: the third part of the visitor chain',
    `start_ms` Array(Int64) COMMENT 'start of the view, Unix time in ms',
    `path` Array(String),
    `is_bot` Array(Bool),
    `kind` Array(Enum8('evidence' = 1, 'gap' = 2, 'unknown' = 3)) COMMENT 'what is known of the time',
    `spent_ms` Array(Int64) COMMENT 'evidence or gap time; 0 when it is unknown',
    `begins` Array(Bool) COMMENT 'first view of a session of this day',
    `ends` Array(Bool) COMMENT 'last view of a session of this day',
    `continued` Array(Bool) COMMENT 'first view of a session that began the day before',
    `evidence` Array(Enum8('both' = 1, 'beacon_only' = 2, 'log_only' = 3)),
    `source` Array(UInt64) COMMENT 'number of the source, see rollup_sources',
    `network` Array(UInt64) COMMENT 'number of the network, see rollup_networks',
    `suspects` Array(Tuple(
        agent UInt64,
        start_ms Int64,
        view UInt128,
        path String,
        is_bot Bool,
        engaged_ms Int64,
        evidence Int8,
        source UInt64,
        network UInt64,
        request UInt64)) COMMENT 'all views of an address at which two witnesses may have seen one; the other arrays are empty then'
)
ENGINE = MergeTree
PARTITION BY bucket
ORDER BY (site, ip)
SETTINGS max_bytes_to_merge_at_max_space_in_pool = 1, index_granularity = 8192
COMMENT 'Always empty: the shape of a staging table with one row per address: its views of a day in order, their places in their sessions and their times.';

CREATE TABLE default.view_pairs
(
    `day` Date COMMENT 'local day',
    `tz` LowCardinality(String) COMMENT 'time zone of the day',
    `site` LowCardinality(String) COMMENT 'site key',
    `view_id` UUID COMMENT 'the view, as the browser or another witness names it',
    `log_view_id` UUID COMMENT 'the same view as the log\'s line names it',
    `started_at` DateTime64(3, 'UTC') COMMENT 'the earlier start of the two',
    `is_bot` Bool COMMENT 'whether either shows signs of a bot',
    `definition_version` UInt16 COMMENT 'version of the definitions that the pairs follow'
)
ENGINE = MergeTree
PARTITION BY (day, tz)
ORDER BY (site, view_id)
SETTINGS min_rows_to_fsync_after_merge = 1, fsync_part_directory = 1, index_granularity = 8192
COMMENT 'Views that two witnesses saw: what the log and another witness say of one view under ids of their own.';

