// Is yesterday complete? One answer per zone.
import type { Schema } from '../api/client'
import { busy } from './states'
import { addDays, clock, dayOf, shortDay } from '../dates'

export interface Answer {
  tone: 'good' | 'wait' | 'late'
  title: string
  /** What stands below: since when, what comes next, and what is wrong. */
  lines: string[]
}

/** The day before an instant in a zone. */
export function yesterdayOf(zone: string, now: string): string {
  return addDays(dayOf(now, zone), -1)
}

/** Answers for a zone; cell is how its yesterday stands, null: there is nothing of it. */
export function completeness(z: Schema['JobZone'], cell: Schema['JobDay'] | null, now: string): Answer {
  const yesterday = yesterdayOf(z.tz, now)
  const lines: string[] = []
  const answer = judge(z, cell, yesterday, lines, now)
  if (z.newest_final_day && z.newest_final_day !== yesterday) lines.push(`The newest final day is ${shortDay(z.newest_final_day, true)}.`)
  const next = nextText(z, now)
  if (next) lines.push(next)
  if (z.overdue.length > 0) lines.push(`Overdue: ${z.overdue.map((d) => shortDay(d)).join(', ')}.`)
  if (z.incomplete) lines.push(`Days stay provisional for now: ${z.incomplete}.`)
  if (z.silent) lines.push(`The rollup last looked at ${moment(z.looked_at, z.tz, now)}: it does not run, or not as it should.`)
  return { ...answer, tone: z.silent || z.late ? 'late' : answer.tone, lines }
}

function judge(z: Schema['JobZone'], cell: Schema['JobDay'] | null, yesterday: string, lines: string[], now: string): Omit<Answer, 'lines'> {
  const name = shortDay(yesterday)
  if (cell && busy(cell.state) && z.newest_final_day === yesterday) {
    lines.push('It is computed again; until then the figures stay as they are.')
    return { tone: 'good', title: `Yesterday, ${name}, is complete` }
  }
  switch (cell?.state) {
    case undefined:
      if (z.silent) return { tone: 'late', title: `Not known whether yesterday, ${name}, is complete` }
      return { tone: 'good', title: `Yesterday, ${name}, has no events` }
    case 'final':
      if (cell.finished) lines.push(`Final since ${moment(cell.finished, z.tz, now)}.`)
      return { tone: 'good', title: `Yesterday, ${name}, is complete` }
    case 'stale':
      lines.push('It was final, and events have come since. It is computed again.')
      break
    case 'provisional':
      lines.push('It is provisional: its last events may still be on their way.')
      break
    case 'running':
      lines.push('It is being computed now.')
      break
    case 'failed':
      lines.push(cell.error ? `Its newest run failed: ${cell.error}` : 'Its newest run failed.')
      return { tone: 'late', title: `Yesterday, ${name}, is not complete` }
    default:
      lines.push('It waits to be computed.')
  }
  return { tone: 'wait', title: `Yesterday, ${name}, is not complete yet` }
}

/** When the next day is due. */
function nextText(z: Schema['JobZone'], now: string): string {
  if (!z.next_day || !z.next_deadline || !z.next_final_at) return ''
  const due = moment(z.next_deadline, z.tz, now)
  if (z.next_deadline < now) return `${shortDay(z.next_day)} was due by ${due}.`
  const from = z.next_final_at < now ? 'becomes final any moment' : `becomes final soon after ${moment(z.next_final_at, z.tz, now)}`
  return `${shortDay(z.next_day)} ${from}, due by ${due}.`
}

/** A time of today, tomorrow or another day, in the zone. */
export function moment(at: string, zone: string, now: string): string {
  const day = dayOf(at, zone)
  const today = dayOf(now, zone)
  const time = clock(at, zone, false)
  if (day === today) return time
  if (day === addDays(today, 1)) return `${time} tomorrow`
  if (day === addDays(today, -1)) return `${time} yesterday`
  return `${time} on ${shortDay(day, day.slice(0, 4) !== today.slice(0, 4))}`
}
