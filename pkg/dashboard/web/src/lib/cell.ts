// How a table writes a value, by its column's unit.
import type { Row, Schema } from './api/client'
import { empty, words } from './columns'
import { instant, day as dayText } from './dates'
import { between, count, country, duration, share, unknown } from './format'

/** Instants that are shown to the minute. */
const rough = ['first_seen', 'last_seen']

/** The text of a cell. */
export function cellText(column: Schema['Column'], row: Row, zone: string): string {
  const value = row[column.name]
  if (column.name === 'median_from_ms') return between(number(value), number(row['median_to_ms']))
  switch (column.unit) {
    case 'count':
      return column.name === 'asn' ? (value ? String(value) : unknown) : count(number(value))
    case 'ms':
      return duration(number(value))
    case 'share':
      return share(number(value))
    case 'day':
      return typeof value === 'string' ? dayText(value) : unknown
    case 'instant':
      return typeof value === 'string' ? instant(value, zone, !rough.includes(column.name)) : unknown
    case 'flag':
      return value ? 'yes' : 'no'
    case 'counts':
      return Array.isArray(value) ? value.join(', ') : unknown
  }
  return wordOf(column.name, value)
}

/** A dimension's value in words. */
export function wordOf(name: string, value: unknown): string {
  if (value == null || value === '') return empty[name] ?? unknown
  if (name === 'country') return country(String(value))
  if (name === 'kind' || name === 'evidence' || name === 'network_class') return words[String(value)] ?? String(value)
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

export function number(value: unknown): number | null {
  return typeof value === 'number' ? value : null
}

/** Whether a column is written to the right, under each other. */
export function rightSide(column: Schema['Column']): boolean {
  return column.unit === 'count' || column.unit === 'ms' || column.unit === 'share'
}

/** What a row of a short list is called. */
function rowName(report: string, name: string, row: Row): string {
  if (report === 'devices') return [row['device'], row['os'], row['browser']].filter(Boolean).join(' · ') || unknown
  if (report === 'sources' && !row['referrer_host']) return row['channel'] === 'direct' ? wordOf('channel', 'direct') : `${wordOf('channel', row['channel'])}, no referrer`
  return wordOf(name, row[name])
}

/** What tells rows apart that have the same name. */
const apart: Record<string, string> = { sources: 'channel', networks: 'country' }

/** What the rows of a short list are called; those of the same name also say what tells them apart. */
export function rowNames(report: string, name: string, rows: Row[]): string[] {
  const names = rows.map((row) => rowName(report, name, row))
  const by = apart[report]
  return names.map((n, i) => (by && names.indexOf(n) !== names.lastIndexOf(n) ? `${n}, ${by === 'country' && !rows[i]?.[by] ? 'country unknown' : wordOf(by, rows[i]?.[by])}` : n))
}
