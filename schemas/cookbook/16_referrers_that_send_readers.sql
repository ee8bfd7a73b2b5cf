-- Which other sites send readers who stay?
--
-- site      site key
-- tz        the site's time zone
-- from      first local day
-- to        last local day
-- at_least  visits that a referrer must have sent
--
-- SET param_site = 'example.com', param_tz = 'Europe/Vienna', param_from = '2026-01-19', param_to = '2026-02-01',
--     param_at_least = 5;
--
-- Stayed are sessions that did not bounce. Known seconds per visit are a lower bound: views of unknown time add
-- nothing, and coverage says how many have a known one. Campaigns are apart, in 07_campaigns. People only.
SELECT
    referrer_host,
    sum(sessions - sessions_continued) AS visits,
    round(1 - sum(bounces) / nullIf(sum(sessions), 0), 2) AS stayed_share,
    round(sum(accesses) / nullIf(visits, 0), 1) AS views_per_visit,
    round(sum(spent_ms) / nullIf(visits, 0) / 1000) AS known_seconds_per_visit,
    round(sum(views_evidence + views_gap) / sum(accesses), 2) AS coverage
FROM daily_sources
WHERE site = {site:String} AND tz = {tz:String} AND day BETWEEN {from:Date} AND {to:Date} AND NOT is_bot
    AND referrer_host != '' AND channel != 'internal' AND utm_source = '' AND utm_medium = '' AND utm_campaign = ''
GROUP BY referrer_host
HAVING visits >= {at_least:UInt64}
ORDER BY known_seconds_per_visit DESC, visits DESC, referrer_host
