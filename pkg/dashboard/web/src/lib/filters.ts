// Filters as the API takes them: NAME:VALUE, where * stands for any text and ! in front for not.

export interface Filter {
  name: string
  value: string
  not: boolean
}

/** Every dimension, with how people call it and what it may hold. */
export const dimensions: { name: string; title: string; hint: string; choices?: string[] }[] = [
  { name: 'path', title: 'Page', hint: '/blog/* for everything below /blog/' },
  { name: 'channel', title: 'Channel', hint: '', choices: ['direct', 'search', 'social', 'mail', 'paid', 'ai', 'referral', 'campaign', 'internal'] },
  { name: 'referrer_host', title: 'Referrer', hint: 'news.example.org, or *.example.org' },
  { name: 'utm_campaign', title: 'Campaign', hint: 'spring-*' },
  { name: 'utm_source', title: 'Campaign source', hint: 'newsletter' },
  { name: 'utm_medium', title: 'Campaign medium', hint: 'mail' },
  { name: 'ip', title: 'Address', hint: '203.0.113.7, or a network such as 203.0.113.0/24' },
  { name: 'organisation', title: 'Organisation', hint: '*university*' },
  { name: 'asn', title: 'AS number', hint: '64496' },
  { name: 'network_class', title: 'Kind of network', hint: '', choices: ['business', 'isp', 'hosting', 'vpn', 'education', 'government'] },
  { name: 'country', title: 'Country', hint: 'two letters, such as AT' },
  { name: 'city', title: 'City', hint: 'as the table writes it; filter by country too, since names repeat' },
  { name: 'device', title: 'Device', hint: '', choices: ['desktop', 'phone', 'tablet', 'bot'] },
  { name: 'os', title: 'System', hint: 'Linux' },
  { name: 'browser', title: 'Browser', hint: 'Firefox' },
  { name: 'evidence', title: 'Evidence', hint: '', choices: ['both', 'beacon_only', 'log_only'] },
  { name: 'kind', title: 'Time by', hint: '', choices: ['evidence', 'gap', 'unknown'] },
]

export function dimensionTitle(name: string): string {
  return dimensions.find((d) => d.name === name)?.title ?? name
}

/** Reads NAME:VALUE; null where that is none. */
export function parseFilter(text: string): Filter | null {
  const colon = text.indexOf(':')
  if (colon < 1) return null
  const value = text.slice(colon + 1)
  const not = value.startsWith('!')
  return { name: text.slice(0, colon), value: not ? value.slice(1) : value, not }
}

export function formatFilter(f: Filter): string {
  return `${f.name}:${f.not ? '!' : ''}${f.value}`
}

/** The filter for exactly a value that somebody sent: a ! in front of it must not mean not. */
export function exactly(name: string, value: string): string {
  return `${name}:${value.startsWith('!') ? '*' + value.slice(1) : value}`
}

/** Adds the filter for a row's value. Names of cities repeat, so that a city's country is chosen with it. */
export function addValue(filters: string[], name: string, row: Record<string, unknown>): string[] {
  const of = (dimension: string, column: string) => exactly(dimension, String(row[column] ?? ''))
  const kept = name === 'city' && 'country' in row ? addFilter(filters, of('country', 'country')) : filters
  return addFilter(kept, of(name, name))
}

/** Adds a filter; another one of the same dimension and direction makes way, as the API takes one of each. */
export function addFilter(filters: string[], text: string): string[] {
  const added = parseFilter(text)
  if (!added) return filters
  const kept = filters.filter((t) => {
    const f = parseFilter(t)
    return f && !(f.name === added.name && (f.not === added.not || f.name === 'ip'))
  })
  return [...kept, text]
}

/** Turns a filter round. The API knows no "not" of addresses. */
export function turnRound(filters: string[], text: string): string[] {
  const f = parseFilter(text)
  if (!f || f.name === 'ip') return filters
  return addFilter(filters.filter((t) => t !== text), formatFilter({ ...f, not: !f.not }))
}

export function removeFilter(filters: string[], text: string): string[] {
  return filters.filter((t) => t !== text)
}
