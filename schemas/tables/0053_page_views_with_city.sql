-- +goose Up
CREATE OR REPLACE VIEW page_views AS
SELECT
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
            if(countIf(kind = 'engagement') = 0, NULL,
                greatest(
                    least(
                        maxIf(engaged_ms, kind = 'engagement' AND witness = 'beacon'),
                        dateDiff('millisecond', minIf(received_time, witness = 'beacon'), maxIf(received_time, witness = 'beacon')) + 5000
                    ),
                    maxIf(engaged_ms, kind = 'engagement' AND witness != 'beacon')
                )) AS engaged_ms,
            max(scroll_pct) AS scroll_pct,
            multiIf(countIf(kind = 'pageview' AND witness = 'log') = 0, 'beacon_only', countIf(kind = 'pageview' AND witness != 'log') = 0, 'log_only', 'both') AS evidence,
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
        FROM events
        WHERE kind IN ('pageview', 'engagement')
        GROUP BY site, view_id
        HAVING countIf(kind = 'pageview') > 0
) AS v
LEFT ANY JOIN (SELECT site, view_id, started_at, is_bot, true AS is_pair FROM view_pairs) AS p ON p.site = v.site AND p.view_id = v.view_id
WHERE (v.site, v.view_id) NOT IN (SELECT site, log_view_id FROM view_pairs)
COMMENT 'One row per page view after de-duplication: the analysts'' table. What two witnesses saw under ids of their own is one row once a run has paired it.';

ALTER TABLE page_views
    COMMENT COLUMN site 'site key',
    COMMENT COLUMN view_id 'the page view, unique within the site',
    COMMENT COLUMN ip 'client address after the site''s privacy mode; IPv4 as ::ffff:a.b.c.d',
    COMMENT COLUMN started_at 'start of the view; the earlier one where two witnesses saw it',
    COMMENT COLUMN engaged_ms 'engaged time, ms: visible, focused, input within 60 s; bounded by what the server saw; NULL when no ping arrived',
    COMMENT COLUMN scroll_pct 'furthest scroll depth, percent; 0 when no browser told',
    COMMENT COLUMN evidence 'both, beacon_only (beacon, pixel or API) or log_only',
    COMMENT COLUMN witnesses 'who saw it: beacon, pixel, log, api',
    COMMENT COLUMN host 'host of the page, empty when the witness does not know it',
    COMMENT COLUMN path 'path of the page as sent; a hash route follows behind #',
    COMMENT COLUMN query 'query string without its ?',
    COMMENT COLUMN title 'document title',
    COMMENT COLUMN referrer 'absolute URL of the page before, or empty',
    COMMENT COLUMN referrer_host 'host of the referrer',
    COMMENT COLUMN user_agent 'User-Agent header; with site and address the visitor chain',
    COMMENT COLUMN language 'first tag of Accept-Language',
    COMMENT COLUMN utm_source 'campaign source',
    COMMENT COLUMN utm_medium 'campaign medium',
    COMMENT COLUMN utm_campaign 'campaign name',
    COMMENT COLUMN country 'ISO 3166-1 alpha-2, empty when unknown',
    COMMENT COLUMN city 'city, empty when unknown; with country, since names repeat',
    COMMENT COLUMN asn 'autonomous system number, 0 when unknown',
    COMMENT COLUMN organisation 'organisation of the network',
    COMMENT COLUMN browser 'browser family',
    COMMENT COLUMN os 'operating system family',
    COMMENT COLUMN device 'desktop, phone, tablet, bot or empty',
    COMMENT COLUMN status 'HTTP status of the log''s line, 0 when unknown',
    COMMENT COLUMN is_bot 'whether the view shows signs of a bot, as judged when it was recorded; the daily tables judge anew, by the rules of now';
