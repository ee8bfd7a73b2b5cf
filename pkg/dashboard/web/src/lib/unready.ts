import type { Schema } from './api/client'
import { shortDay, span } from './dates'

/** Which days of an answer are not final, in a sentence or two; nothing when all are. */
export function unreadyText(asked: Schema['Asked'], today: string, firstDay: string | undefined): string {
  const days = asked.unready ?? []
  const provisional = days.filter((d) => d.state === 'provisional').map((d) => d.day)
  const missing = days.filter((d) => d.state === 'missing' && (!firstDay || d.day >= firstDay)).map((d) => d.day)
  const parts: string[] = []
  if (asked.from > today) return 'None of these days has begun.'
  if (!firstDay && days.length > 0 && provisional.length === 0) return `No day has figures in the time zone ${asked.tz} yet.`
  if (provisional.includes(today)) parts.push('Today is provisional; its figures change until about 01:00 tomorrow.')
  const others = provisional.filter((d) => d !== today)
  if (others.length > 0) parts.push(`${list(others)} ${others.length === 1 ? 'is' : 'are'} provisional.`)
  if (missing.length > 0 && firstDay) parts.push(`${list(missing)} ${missing.length === 1 ? 'has' : 'have'} no figures yet.`)
  if (firstDay && firstDay > asked.from) parts.push(`Figures begin on ${shortDay(firstDay, true)}.`)
  if (asked.to > today) parts.push(`The days after ${shortDay(today)} have not begun.`)
  return parts.join(' ')
}

/** Days, newest first, as people say them. */
function list(days: string[]): string {
  if (days.length === 1) return shortDay(days[0] as string)
  if (days.length <= 3) return [...days].reverse().map((d) => shortDay(d)).join(', ')
  return `${days.length}${days.length === 100 ? ' or more' : ''} days (${span(days.at(-1) as string, days[0] as string)})`
}
