// How figures are written. Unknown is a word, never a zero.

/** Groups digits with narrow spaces that do not break. */
const space = '\u202f'

export const unknown = 'unknown'

/** 1234567 → "1 234 567"; at most one decimal. */
export function count(value: number | null | undefined): string {
  if (value == null || !Number.isFinite(value)) return unknown
  const [whole = '0', rest] = String(Math.round(value * 10) / 10).split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, space)
  return rest ? `${grouped}.${rest}` : grouped
}

/** The numbers of a text that the API has written, grouped as here: "above 1,000,000" → "above 1 000 000". */
export function regrouped(text: string): string {
  return text.replace(/\d{1,3}(?:,\d{3})+(?!\d)/g, (n) => n.replaceAll(',', space))
}

/** Milliseconds as the two largest units: "2 d 4 h", "3 h 05 min", "15 min 40 s", "8 s", "0.4 s". */
export function duration(ms: number | null | undefined): string {
  if (ms == null || !Number.isFinite(ms)) return unknown
  if (ms > 0 && ms < 950) return `${(Math.max(ms, 100) / 1000).toFixed(1)} s`
  const s = Math.round(ms / 1000)
  if (s < 60) return `${s} s`
  const two = (n: number) => String(n).padStart(2, '0')
  if (s < 3600) return s % 60 ? `${Math.floor(s / 60)} min ${two(s % 60)} s` : `${s / 60} min`
  const min = Math.round(s / 60)
  if (min < 2880) return min % 60 ? `${Math.floor(min / 60)} h ${two(min % 60)} min` : `${min / 60} h`
  const h = Math.round(min / 60)
  return h % 24 ? `${count(Math.floor(h / 24))} d ${h % 24} h` : `${count(h / 24)} d`
}

/** 0.6234 → "62 %". What is not all or nothing does not look like it: "<1 %", ">99 %". */
export function share(value: number | null | undefined): string {
  if (value == null || !Number.isFinite(value)) return unknown
  const percent = Math.round(value * 100)
  if (percent === 0 && value > 0) return `<1${space}%`
  if (percent === 100 && value < 1) return `>99${space}%`
  return `${percent}${space}%`
}

/** A change from one figure to another, as an arrow and a text. */
export interface Change {
  direction: 'up' | 'down' | 'same'
  text: string
}

/** How a figure has changed; null where one of both is unknown or there is nothing to divide by. */
export function change(now: number | null | undefined, before: number | null | undefined): Change | null {
  if (now == null || before == null) return null
  if (now === before) return { direction: 'same', text: `±0${space}%` }
  if (before === 0) return null
  const percent = Math.round(((now - before) / before) * 100)
  const direction = now > before ? 'up' : 'down'
  if (percent === 0) return { direction, text: `${now > before ? '+' : '−'}<1${space}%` }
  if (percent > 999) return { direction, text: `×${count(Math.round(now / before))}` }
  return { direction, text: `${percent > 0 ? '+' : '−'}${count(Math.abs(percent))}${space}%` }
}

/** Shares change by points: 0.50 → 0.62 is "+12 points". */
export function pointsChange(now: number | null | undefined, before: number | null | undefined): Change | null {
  if (now == null || before == null) return null
  const points = Math.round((now - before) * 100)
  if (points === 0) return { direction: 'same', text: '±0 points' }
  return { direction: points > 0 ? 'up' : 'down', text: `${points > 0 ? '+' : '−'}${Math.abs(points)} point${Math.abs(points) === 1 ? '' : 's'}` }
}

/** "62 %" of views as a sentence. */
export function coverage(value: number | null | undefined): string {
  return value == null ? 'Time known for no view' : `Time known for ${share(value)} of views`
}

const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'code' })

/** "AT" → "Austria". */
export function country(code: string): string {
  if (!/^[A-Za-z]{2}$/.test(code)) return code || unknown
  return regions.of(code.toUpperCase()) ?? code
}

const bytesUnits = ['bytes', 'kB', 'MB', 'GB']

/** 1536 → "1.5 kB". */
export function bytes(n: number): string {
  let i = 0
  for (; n >= 1000 && i < bytesUnits.length - 1; i++) n /= 1000
  return `${i ? n.toFixed(1) : n} ${bytesUnits[i]}`
}

/** Upper bounds of the histogram's classes; the last class has none. */
export const histogramLabels = ['< 5 s', '5–10 s', '10–30 s', '30–60 s', '1–2 min', '2–5 min', '5–10 min', '10–30 min', '> 30 min']

/** The class that holds a median. */
export function between(from: number | null | undefined, to: number | null | undefined): string {
  if (from == null) return unknown
  if (to == null) return `over ${duration(from)}`
  if (from === 0) return `under ${duration(to)}`
  return `${duration(from)} – ${duration(to)}`
}
