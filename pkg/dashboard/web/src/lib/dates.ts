// Days are texts YYYY-MM-DD of the answer's zone; instants are RFC 3339 and shown in that zone.

const formats = new Map<string, Intl.DateTimeFormat>()

function format(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = zone + JSON.stringify(options)
  let f = formats.get(key)
  if (!f) {
    f = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zone, hourCycle: 'h23' })
    formats.set(key, f)
  }
  return f
}

/** The first second of a day as if it were UTC: where charts by day put it. */
export function daySeconds(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / 1000
}

/** "2015-05-17" → "Sun 17 May 2015". */
export function day(text: string, withYear = true): string {
  const at = new Date(`${text}T00:00:00Z`)
  if (Number.isNaN(at.getTime())) return text
  return format('UTC', { weekday: 'short', day: 'numeric', month: 'short', ...(withYear ? { year: 'numeric' } : {}) }).format(at).replace(',', '')
}

/** "17 May" or, where the year matters, "17 May 2015". */
export function shortDay(text: string, withYear = false): string {
  const at = new Date(`${text}T00:00:00Z`)
  return format('UTC', { day: 'numeric', month: 'short', ...(withYear ? { year: 'numeric' } : {}) }).format(at)
}

/** Both ends of a range of days, the year once where it is the same. */
export function span(from: string, to: string): string {
  if (from === to) return day(from)
  return `${shortDay(from, from.slice(0, 4) !== to.slice(0, 4))} – ${shortDay(to, true)}`
}

/** "17 May 2015, 10:05:03" in a zone. */
export function instant(text: string, zone: string, seconds = true): string {
  const at = new Date(text)
  if (Number.isNaN(at.getTime())) return text
  return format(zone, {
    day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', ...(seconds ? { second: '2-digit' } : {}),
  }).format(at)
}

/** "10:05:03" in a zone. */
export function clock(text: string, zone: string, seconds = true): string {
  const at = new Date(text)
  if (Number.isNaN(at.getTime())) return text
  return format(zone, { hour: '2-digit', minute: '2-digit', ...(seconds ? { second: '2-digit' } : {}) }).format(at)
}

/** The local day of an instant in a zone. */
export function dayOf(text: string, zone: string): string {
  const at = new Date(text)
  if (Number.isNaN(at.getTime())) return ''
  const parts = Object.fromEntries(
    format(zone, { year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(at).map((p) => [p.type, p.value]),
  )
  return `${parts['year']}-${parts['month']}-${parts['day']}`
}

/** The day n days later. */
export function addDays(text: string, n: number): string {
  const at = new Date(`${text}T00:00:00Z`)
  at.setUTCDate(at.getUTCDate() + n)
  return at.toISOString().slice(0, 10)
}

/** "3 min ago". */
export function ago(text: string, now: number): string {
  const s = Math.max(0, Math.round((now - Date.parse(text)) / 1000))
  if (s < 60) return `${s} s ago`
  if (s < 3600) return `${Math.floor(s / 60)} min ago`
  return `${Math.floor(s / 3600)} h ago`
}
