// What a custom event's most frequent properties look like: text, or lists and maps of the API.

/** Lines to show, whatever form the value has. */
export function propertyLines(value: unknown): string[] {
  if (value == null || value === '') return []
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap((v) => (Array.isArray(v) ? [v.map(String).join(' ')] : propertyLines(v)))
  if (typeof value === 'object') return Object.entries(value).map(([k, v]) => `${k}: ${typeof v === 'object' ? JSON.stringify(v) : String(v)}`)
  return [String(value)]
}
