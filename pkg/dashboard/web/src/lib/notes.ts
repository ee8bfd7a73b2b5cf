// Notes of the time line: what people wrote and what calendars announce.
import type { Schema } from './api/client'
import { count, duration } from './format'

/** What a note is called in the page; two sources may use one id. */
export function noteID(note: { source: string; id: string }): string {
  return `note-${encodeURIComponent(note.source)}-${encodeURIComponent(note.id)}`
}

export type Usual = Schema['Usual'] | null

/** "usually 120 ± 8"; unknown where one of the days is. */
export function usually(usual: Usual, write: (value: number) => string = count): string {
  return usual ? `${write(usual.mean)} ± ${write(usual.spread)}` : 'unknown'
}

/** How far a figure lies from what is usual: outside twice the spread it is more or less, else as usual. */
export function verdict(value: number | null, usual: Usual): 'more' | 'less' | 'as usual' | 'unknown' {
  if (value === null || usual === null) return 'unknown'
  const away = value - usual.mean
  if (Math.abs(away) <= 2 * usual.spread) return 'as usual'
  return away > 0 ? 'more' : 'less'
}

export const spent = (ms: number): string => duration(ms)
