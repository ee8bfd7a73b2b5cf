// Requests come as a row per day; people ask for many days at once.
import type { Schema } from '../api/client'

export interface Group {
  id: string
  by: string
  at: string
  zones: string[]
  from: string
  to: string
  days: number
  /** How many have not begun. */
  open: number
  running: number
}

/** What was asked for at once, newest first. */
export function grouped(requests: Schema['JobRequest'][]): Group[] {
  const groups = new Map<string, Group>()
  for (const r of requests) {
    const g = groups.get(r.id) ?? { id: r.id, by: r.requested_by, at: r.requested_at, zones: [], from: r.day, to: r.day, days: 0, open: 0, running: 0 }
    if (!g.zones.includes(r.tz)) g.zones.push(r.tz)
    if (r.day < g.from) g.from = r.day
    if (r.day > g.to) g.to = r.day
    g.days++
    if (r.state === 'open') g.open++
    if (r.state === 'running') g.running++
    groups.set(r.id, g)
  }
  return [...groups.values()].sort((a, b) => b.at.localeCompare(a.at))
}

/** "3 days": with the number that goes with it. */
export function many(n: number, one: string, more = `${one}s`): string {
  return `${n} ${n === 1 ? one : more}`
}

/** What became of a request, in words: "4 done, 1 running, 5 waiting". */
export function progress(requests: Schema['JobRequest'][]): { text: string; over: boolean } {
  const words: [string, string][] = [['done', 'done'], ['running', 'running'], ['open', 'waiting'], ['failed', 'failed'], ['refused', 'refused'], ['cancelled', 'cancelled']]
  const parts = words.map(([state, word]) => [requests.filter((r) => r.state === state).length, word] as const).filter(([n]) => n > 0)
  return { text: parts.map(([n, word]) => `${n} ${word}`).join(', '), over: !requests.some((r) => r.state === 'open' || r.state === 'running') }
}

/** Which days a dry run left out, in words. */
export function skippedText(s: Schema['JobSkipped']): string {
  const words: [number, string][] = [
    [s.published, 'in step with their events'], [s.failed, 'failed and not wanted'], [s.requested, 'asked for already'], [s.empty, 'without events'], [s.future, 'not begun'],
  ]
  return words.filter(([n]) => n > 0).map(([n, word]) => `${n} ${word}`).join(', ')
}
