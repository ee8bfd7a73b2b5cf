// Which columns a table shows until all are asked for. Where coverage has no column, it stands beside the times, and why
// one is sure of a company beside how sure.

export const shown: Record<string, string[]> = {
  pages: ['path', 'accesses', 'entries', 'exits', 'spent_ms', 'mean_ms', 'median_from_ms', 'histogram'],
  entries: ['entry_path', 'sessions', 'bounce_share', 'views', 'spent_ms'],
  addresses: ['ip', 'accesses', 'sessions', 'spent_ms', 'organisation', 'country', 'shared', 'last_seen'],
  networks: ['organisation', 'network_class', 'country', 'accesses', 'sessions', 'days', 'spent_ms'],
  companies: ['organisation', 'confidence', 'countries', 'accesses', 'sessions', 'days', 'spent_ms'],
  countries: ['country', 'accesses', 'sessions', 'address_days', 'spent_ms'],
  cities: ['city', 'country', 'accesses', 'sessions', 'address_days', 'spent_ms'],
  sources: ['referrer_host', 'channel', 'sessions', 'accesses', 'bounce_share', 'spent_ms'],
  campaigns: ['utm_campaign', 'utm_source', 'utm_medium', 'sessions', 'accesses', 'bounce_share', 'spent_ms'],
  devices: ['device', 'os', 'browser', 'accesses', 'sessions', 'address_days', 'spent_ms'],
  witnesses: ['day', 'accesses', 'views_both', 'views_beacon_only', 'views_log_only', 'log_only_share'],
  events: ['name', 'events', 'event_views', 'addresses', 'first_seen', 'last_seen', 'properties'],
  sessions: ['started_at', 'ip', 'entry_path', 'views', 'duration_ms', 'spent_ms', 'referrer_host'],
  views: ['started_at', 'path', 'view_spent_ms', 'kind', 'evidence', 'referrer_host', 'browser', 'os'],
}

/** What a table is asked for that answers sooner with fewer columns: those, and what stands beside them. */
export const needed: Partial<Record<string, string[]>> = {
  addresses: [...(shown['addresses'] ?? []), 'views_evidence', 'views_gap', 'views_unknown'],
}

/** Which of these fit on a phone. */
export const brief: Record<string, string[]> = {
  pages: ['path', 'accesses', 'spent_ms'],
  entries: ['entry_path', 'sessions', 'bounce_share'],
  addresses: ['ip', 'accesses', 'spent_ms'],
  networks: ['organisation', 'accesses', 'spent_ms'],
  companies: ['organisation', 'confidence', 'accesses', 'spent_ms'],
  countries: ['country', 'accesses', 'spent_ms'],
  sources: ['referrer_host', 'channel', 'sessions', 'bounce_share'],
  campaigns: ['utm_campaign', 'sessions', 'accesses', 'bounce_share'],
  devices: ['device', 'os', 'browser', 'accesses'],
  witnesses: ['day', 'accesses', 'views_both', 'log_only_share'],
  events: ['name', 'events', 'addresses', 'last_seen'],
  sessions: ['started_at', 'ip', 'entry_path', 'spent_ms'],
  views: ['started_at', 'path', 'view_spent_ms'],
}

/** What no value means, by column; "unknown" elsewhere. */
export const empty: Record<string, string> = {
  referrer_host: 'none', utm_campaign: 'none', utm_source: 'none', utm_medium: 'none', properties: 'none', channel: 'none',
}

/** How values are written that are words of the API. */
export const words: Record<string, string> = {
  beacon_only: 'beacon only', log_only: 'log only', evidence: 'measured', gap: 'until the next view', isp: 'internet provider', vpn: 'VPN',
}

/** Titles that a table needs beside its other columns. */
export const titles: Record<string, string> = { median_from_ms: 'Median', histogram: 'Spread' }
