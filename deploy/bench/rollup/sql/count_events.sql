SELECT countIf(kind = 'pageview'), countIf(kind = 'engagement'), uniqExact(ip) FROM events
