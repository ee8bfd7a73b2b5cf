// The figure cards of the overview.
import type { Row, Schema } from './api/client'
import { number } from './cell'
import { change, count, coverage, duration, pointsChange, share, type Change } from './format'

export interface Card {
  name: string
  title: string
  definition: string
  value: string
  change: Change | null
  /** The figure of the earlier range, as text; null where there is none. */
  earlier: string | null
  note: string
}

const cards: [name: string, title: string, unit: 'count' | 'ms' | 'share'][] = [
  ['sessions', 'Visits', 'count'], ['accesses', 'Views', 'count'], ['addresses', 'Addresses', 'count'],
  ['spent_ms', 'Time spent', 'ms'], ['mean_ms', 'Mean time', 'ms'], ['bounce_share', 'Bounce share', 'share'],
]

const writers = { count, ms: duration, share }

/** What does not grow with the days of a range. */
const means = ['mean_ms', 'bounce_share']

/**
 * The cards of a summary; without one, their titles. Sums have no change where the earlier range begins before the first day
 * that has figures: 30 days held against 11 say nothing.
 */
export function cardsOf(summary: Schema['Summary'] | undefined, firstDay?: string): Card[] {
  const totals = summary?.totals ?? {}
  const past = summary?.before && summary.before.days_with_figures > 0 ? summary.before.totals : null
  const whole = !firstDay || !summary?.before || firstDay <= summary.before.from
  return cards.map(([name, title, unit]) => ({
    name, title,
    definition: summary?.columns?.find((c) => c.name === name)?.definition ?? '',
    value: writers[unit](number(totals[name])),
    change: past && (whole || means.includes(name)) ? (unit === 'share' ? pointsChange : change)(number(totals[name]), number((past as Row)[name])) : null,
    earlier: past ? writers[unit](number((past as Row)[name])) : null,
    note: unit === 'ms' ? coverage(number(totals['coverage'])) : '',
  }))
}
