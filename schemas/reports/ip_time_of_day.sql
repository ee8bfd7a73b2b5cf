-- Time spent per address and page of one local day.
SELECT
    site, ip, path, is_bot, accesses, spent_ms, engaged_ms, views_evidence, views_gap, views_unknown
FROM daily_ip_time
WHERE day = {day:Date} AND tz = {tz:String}
ORDER BY spent_ms DESC, accesses DESC, site, ip, path
