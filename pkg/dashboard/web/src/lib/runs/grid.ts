// The grid of the console: a month's days, newest first, beside jobs and zones.
import type { Schema } from '../api/client'
import { addDays, dayOf } from '../dates'

export interface Column {
  job: string
  zone: string
}

export interface Line {
  day: string
  /** The first of several days without anything, of which day is the last. */
  from?: string
  /** One per column; null: a day without events, runs or requests. */
  cells: (Schema['JobDay'] | null)[]
}

/** The first and last day of a month "2026-02". */
export function monthSpan(month: string): { from: string; to: string } {
  const from = `${month}-01`
  return { from, to: addDays(shiftMonth(month, 1) + '-01', -1) }
}

export function shiftMonth(month: string, by: number): string {
  const [year = 0, m = 1] = month.split('-').map(Number)
  const at = new Date(Date.UTC(year, m - 1 + by, 1))
  return at.toISOString().slice(0, 7)
}

/** The chosen month; what is none is the one of today. */
export function monthOf(text: string, today: string): string {
  return /^\d{4}-(0[1-9]|1[0-2])$/.test(text) && text >= '1970-01' ? text : today.slice(0, 7)
}

/** The latest day that has begun in one of the zones. */
export function latestDay(zones: string[], now: string): string {
  return [...zones, 'UTC'].map((z) => dayOf(now, z)).sort().at(-1) as string
}

/** Jobs and zones that have something to show; zones with sites stand there although they are empty. */
export function columnsOf(jobs: string[], zones: string[], days: Schema['JobDay'][]): Column[] {
  return jobs.flatMap((job) => {
    const found = new Set([...zones, ...days.filter((d) => d.job === job).map((d) => d.tz)])
    return [...found].sort().map((zone) => ({ job, zone }))
  })
}

/** Lines of a month up to the latest day, newest first. Later ones are there only when something is. */
export function linesOf(month: string, latest: string, columns: Column[], days: Schema['JobDay'][]): Line[] {
  const key = (day: string, c: Column) => `${day} ${c.job} ${c.zone}`
  const known = new Map(days.map((d) => [key(d.day, { job: d.job, zone: d.tz }), d]))
  const { from, to } = monthSpan(month)
  const lines: Line[] = []
  for (let day = to; day >= from; day = addDays(day, -1)) {
    const cells = columns.map((c) => known.get(key(day, c)) ?? null)
    if (day <= latest || cells.some(Boolean)) lines.push({ day, cells })
  }
  return lines
}

/** Three and more days in a row without anything become one line. */
export function shorter(lines: Line[]): Line[] {
  const out: Line[] = []
  const empty = (l: Line | undefined) => l?.cells.every((c) => c === null) ?? false
  for (let i = 0; i < lines.length; i++) {
    let end = i
    while (empty(lines[i]) && empty(lines[end + 1])) end++
    const line = lines[i] as Line
    if (end - i < 2) out.push(line)
    else {
      out.push({ ...line, from: (lines[end] as Line).day })
      i = end
    }
  }
  return out
}

/** How many days are in each state. */
export function tally(days: Schema['JobDay'][]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const d of days) counts.set(d.state, (counts.get(d.state) ?? 0) + 1)
  return counts
}
