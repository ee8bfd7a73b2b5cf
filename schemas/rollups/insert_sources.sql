INSERT INTO {sources:Identifier} (source, channel, referrer_host, utm_source, utm_medium, utm_campaign)
