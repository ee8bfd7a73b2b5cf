import type { View } from '../view'

/** The address of a table as a file, with the question of the page. */
export function exportHref(view: View, report: string, format: 'csv' | 'parquet'): string {
  const q = new URLSearchParams({ format, range: view.range, bots: view.bots })
  if (view.tz) q.set('tz', view.tz)
  if (view.sort) q.set('sort', view.sort)
  if (view.search) q.set('search', view.search)
  for (const f of view.filters) q.append('filter', f)
  return `/api/v1/sites/${encodeURIComponent(view.site)}/exports/${encodeURIComponent(report)}?${q}`
}
