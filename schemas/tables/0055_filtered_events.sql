-- +goose Up
-- As filtered_views, of custom events; they have no channel, and no time whose kind or evidence could be asked for.
CREATE OR REPLACE VIEW filtered_events AS
SELECT *
FROM daily_events
WHERE site = {site:String} AND tz = {tz:String} AND day >= {from:Date} AND day <= {to:Date}
  AND ({bots:String} = 'all' OR is_bot = ({bots:String} = 'bots'))
  AND ({ip_from:IPv6} = toIPv6('::') OR ip >= {ip_from:IPv6}) AND ({ip_to:IPv6} = toIPv6('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff') OR ip <= {ip_to:IPv6})
  AND (NOT mapContains({only:Map(String, String)}, 'path') OR path LIKE {only:Map(String, String)}['path']) AND (NOT mapContains({except:Map(String, String)}, 'path') OR path NOT LIKE {except:Map(String, String)}['path'])
  AND (NOT mapContains({only:Map(String, String)}, 'country') OR country LIKE {only:Map(String, String)}['country']) AND (NOT mapContains({except:Map(String, String)}, 'country') OR country NOT LIKE {except:Map(String, String)}['country'])
  AND (NOT mapContains({only:Map(String, String)}, 'city') OR city LIKE {only:Map(String, String)}['city']) AND (NOT mapContains({except:Map(String, String)}, 'city') OR city NOT LIKE {except:Map(String, String)}['city'])
  AND (NOT mapContains({only:Map(String, String)}, 'asn') OR toString(asn) LIKE {only:Map(String, String)}['asn']) AND (NOT mapContains({except:Map(String, String)}, 'asn') OR toString(asn) NOT LIKE {except:Map(String, String)}['asn'])
  AND (NOT mapContains({only:Map(String, String)}, 'organisation') OR organisation LIKE {only:Map(String, String)}['organisation']) AND (NOT mapContains({except:Map(String, String)}, 'organisation') OR organisation NOT LIKE {except:Map(String, String)}['organisation'])
  AND (NOT mapContains({only:Map(String, String)}, 'network_class') OR network_class LIKE {only:Map(String, String)}['network_class']) AND (NOT mapContains({except:Map(String, String)}, 'network_class') OR network_class NOT LIKE {except:Map(String, String)}['network_class'])
  AND (NOT mapContains({only:Map(String, String)}, 'browser') OR browser LIKE {only:Map(String, String)}['browser']) AND (NOT mapContains({except:Map(String, String)}, 'browser') OR browser NOT LIKE {except:Map(String, String)}['browser'])
  AND (NOT mapContains({only:Map(String, String)}, 'os') OR os LIKE {only:Map(String, String)}['os']) AND (NOT mapContains({except:Map(String, String)}, 'os') OR os NOT LIKE {except:Map(String, String)}['os'])
  AND (NOT mapContains({only:Map(String, String)}, 'device') OR device LIKE {only:Map(String, String)}['device']) AND (NOT mapContains({except:Map(String, String)}, 'device') OR device NOT LIKE {except:Map(String, String)}['device'])
  AND (NOT mapContains({only:Map(String, String)}, 'utm_source') OR utm_source LIKE {only:Map(String, String)}['utm_source']) AND (NOT mapContains({except:Map(String, String)}, 'utm_source') OR utm_source NOT LIKE {except:Map(String, String)}['utm_source'])
  AND (NOT mapContains({only:Map(String, String)}, 'utm_medium') OR utm_medium LIKE {only:Map(String, String)}['utm_medium']) AND (NOT mapContains({except:Map(String, String)}, 'utm_medium') OR utm_medium NOT LIKE {except:Map(String, String)}['utm_medium'])
  AND (NOT mapContains({only:Map(String, String)}, 'utm_campaign') OR utm_campaign LIKE {only:Map(String, String)}['utm_campaign']) AND (NOT mapContains({except:Map(String, String)}, 'utm_campaign') OR utm_campaign NOT LIKE {except:Map(String, String)}['utm_campaign'])
  AND (NOT mapContains({only:Map(String, String)}, 'referrer_host') OR referrer_host LIKE {only:Map(String, String)}['referrer_host']) AND (NOT mapContains({except:Map(String, String)}, 'referrer_host') OR referrer_host NOT LIKE {except:Map(String, String)}['referrer_host'])
COMMENT 'The custom events of a site and range of days that pass filters: only and except are LIKE patterns by column. Ask it like a function, with all parameters.';
