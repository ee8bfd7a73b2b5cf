import type { Schema } from './api/client'

/** The site that somebody who has chosen none sees: the one with the newest figures, and the first of several. */
export function freshest(sites: Schema['SiteEntry'][]): string {
  const newest = (s: Schema['SiteEntry']) => (s.published ?? []).map((p) => p.last_day).sort().at(-1) ?? ''
  return [...sites].sort((a, b) => newest(b).localeCompare(newest(a)))[0]?.key ?? ''
}
