import { expect, test } from 'vitest'
import { explained } from '../src/lib/api/client'
import { calendarText } from '../src/lib/calendars'
import { regrouped } from '../src/lib/format'
import { freshest } from '../src/lib/sites'

test('a refusal names what was wrong', () => {
  const f = (error: unknown, want: string | null) => expect(explained(error)).toBe(want)
  f({ detail: 'day "x" must be a date' }, 'day "x" must be a date')
  f({ detail: 'validation failed', errors: [{ message: 'expected value to be one of "people, bots, all"', location: 'query.bots', value: 'foo' }] }, 'bots “foo”: expected value to be one of "people, bots, all"')
  f({ detail: 'validation failed', errors: [{ message: 'too short', location: 'body.name', value: '' }, { message: 'expected object', location: 'body', value: {} }] }, 'name “”: too short; expected object')
  f({ detail: 'validation failed' }, 'validation failed')
  f({ title: 'Not Found' }, null)
  f(null, null)
  f('text', null)
})

test('whoever has chosen no site sees one that is in use', () => {
  const site = (key: string, ...last: string[]) => ({ key, tz: 'UTC', published: last.map((day) => ({ tz: 'UTC', first_day: day, last_day: day })) })
  const f = (want: string, ...sites: ReturnType<typeof site>[]) => expect(freshest(sites)).toBe(want)
  f('')
  f('b', site('a', '2015-05-20'), site('b', '2026-01-31'), site('c', '2026-01-30'))
  f('a', site('a', '2026-01-31'), site('b', '2026-01-31'))
  f('b', site('a', '2026-01-30'), site('b', '2015-01-01', '2026-01-31'))
  f('b', site('a'), site('b', '2015-05-20'))
  f('a', site('a'), site('b'))
})

test('numbers of the API’s texts are grouped as here', () => {
  const f = (text: string, want: string) => expect(regrouped(text)).toBe(want)
  f('above 1,000,000', 'above 1\u202f000\u202f000')
  f('above 999', 'above 999')
  f('333.33', '333.33')
  f('none for 1,234 h 5 min', 'none for 1\u202f234 h 5 min')
})

test('a calendar says why it cannot be read, and since when', () => {
  const f = (read: string | null, fault: string, want: string) => expect(calendarText({ source: 'fairs', read_at: read, failed_at: null, fault }, 'UTC')).toBe(want)
  f('2026-01-31T10:05:00Z', '', 'last read 31 Jan 2026, 10:05')
  f('2026-01-31T10:05:00Z', 'truncated', 'its answer breaks off; last read 31 Jan 2026, 10:05')
  f(null, 'file', 'its file cannot be read; never read yet')
  f(null, 'something new', 'something new; never read yet')
})
