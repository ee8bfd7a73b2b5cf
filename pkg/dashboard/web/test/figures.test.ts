import { expect, test } from 'vitest'
import { cardsOf } from '../src/lib/cards'
import { cellText, rowNames } from '../src/lib/cell'
import { stack } from '../src/lib/charts/bars'
import { coverageOf, figureOf, seriesOf, type Point } from '../src/lib/charts/series'
import { addDays, clock, dayOf, span } from '../src/lib/dates'
import { propertyLines } from '../src/lib/properties'
import { unreadyText } from '../src/lib/unready'
import type { Schema } from '../src/lib/api/client'

const point = (day: string, state: Point['state'], sessions: number | null): Point => ({
  day, state, start: `${day}T00:00:00Z`, sessions, accesses: sessions, addresses: sessions, spent_ms: null, engaged_ms: null,
  views_evidence: 0, views_gap: 0, views_unknown: sessions, bounces: null,
})

test('a chart has gaps where days are missing, and goes on dashed where they are provisional', () => {
  const points = [point('2026-01-01', 'final', 4), point('2026-01-02', 'missing', null), point('2026-01-03', 'final', 6), point('2026-01-04', 'provisional', 2)]
  const got = seriesOf(points, [point('2025-12-28', 'final', 1)], figureOf('sessions'))
  expect(got.sure).toEqual([4, null, 6, null])
  expect(got.open).toEqual([null, null, 6, 2])
  expect(got.past).toEqual([1, null, null, null])
  expect(got.missing).toEqual([false, true, false, false])
  expect(got.x.map((x, i) => x - (got.x[0] ?? 0) === i * 86400)).toEqual([true, true, true, true])
})

test('the mean of unknown times is unknown', () => {
  expect(figureOf('mean_ms').of(point('2026-01-01', 'final', 4))).toBeNull()
  expect(coverageOf(point('2026-01-01', 'final', 4))).toBe(0)
  expect(coverageOf(point('2026-01-01', 'final', 0))).toBeNull()
})

const asked = (unready: Schema['Asked']['unready']): Schema['Asked'] => ({ site: 'a', tz: 'UTC', from: '2026-01-01', to: '2026-01-30', bots: 'people', days: 30, unready })

test('a line says which days are not final', () => {
  const f = (unready: Schema['Asked']['unready'], first: string | undefined, want: string) => expect(unreadyText(asked(unready), '2026-01-30', first)).toBe(want)
  f([], '2025-12-01', '')
  f([{ day: '2026-01-30', state: 'provisional' }], '2025-12-01', 'Today is provisional; its figures change until about 01:00 tomorrow.')
  f([{ day: '2026-01-29', state: 'provisional' }, { day: '2026-01-28', state: 'missing' }], '2025-12-01', '29 Jan is provisional. 28 Jan has no figures yet.')
  f([{ day: '2026-01-03', state: 'missing' }], '2026-01-10', 'Figures begin on 10 Jan 2026.')
  f([{ day: '2026-01-03', state: 'missing' }], '2026-02-10', 'Figures begin on 10 Feb 2026.')
  f([{ day: '2026-01-03', state: 'missing' }], undefined, 'No day has figures in the time zone UTC yet.')
  const ahead = (today: string, want: string) => expect(unreadyText(asked([]), today, '2025-12-01')).toBe(want)
  ahead('2025-12-31', 'None of these days has begun.')
  ahead('2026-01-28', 'The days after 28 Jan have not begun.')
  ahead('2026-02-01', '')
})

test('cards compare only with ranges that have figures', () => {
  const summary = (days: number): Schema['Summary'] => ({
    asked: asked([]), source: '', columns: [], totals: { sessions: 12, spent_ms: null, coverage: 0 }, before: { from: '', to: '', days_with_figures: days, totals: { sessions: 10 } },
  })
  expect(cardsOf(summary(3))[0]).toMatchObject({ value: '12', earlier: '10', change: { text: '+20\u202f%' } })
  expect(cardsOf(summary(0))[0]).toMatchObject({ value: '12', earlier: null, change: null })
  const since = (first: string) => cardsOf({ ...summary(3), before: { from: '2025-12-02', to: '2025-12-31', days_with_figures: 3, totals: { sessions: 10, mean_ms: 5 } }, totals: { sessions: 12, mean_ms: 6 } }, first).map((c) => c.change?.text)
  expect(since('2025-12-02')).toEqual(['+20\u202f%', undefined, undefined, undefined, '+20\u202f%', undefined])
  expect(since('2025-12-29')).toEqual([undefined, undefined, undefined, undefined, '+20\u202f%', undefined])
  expect(cardsOf(summary(3))[3]).toMatchObject({ value: 'unknown', change: null, note: 'Time known for 0\u202f% of views' })
})

test('cells are written by their unit, and null is unknown', () => {
  const f = (name: string, unit: Schema['Column']['unit'], value: unknown, want: string) =>
    expect(cellText({ name, unit, title: '', definition: '' }, { [name]: value }, 'Europe/Vienna')).toBe(want)
  f('spent_ms', 'ms', 940_000, '15 min 40 s')
  f('spent_ms', 'ms', null, 'unknown')
  f('referrer_host', 'text', '', 'none')
  f('organisation', 'text', '', 'unknown')
  f('country', 'text', 'NP', 'Nepal')
  f('evidence', 'text', 'log_only', 'log only')
  f('started_at', 'instant', '2026-01-31T23:30:00.000Z', '1 Feb 2026, 00:30:00')
  f('day', 'day', '2026-01-31', 'Sat 31 Jan 2026')
  f('asn', 'count', 0, 'unknown')
  f('asn', 'count', 64496, '64496')
})

test('days belong to the zone of the answer', () => {
  expect(dayOf('2026-01-31T18:30:00Z', 'Asia/Kathmandu')).toBe('2026-02-01')
  expect(clock('2026-01-31T23:30:00Z', 'America/St_Johns')).toBe('20:00:00')
  expect(addDays('2026-02-28', 1)).toBe('2026-03-01')
  expect(span('2026-01-01', '2026-01-31')).toBe('1 Jan – 31 Jan 2026')
  expect(span('2025-12-31', '2026-01-31')).toBe('31 Dec 2025 – 31 Jan 2026')
})

test('stacks are sums from above', () => {
  expect(stack([[1, 2], [3, 4], [5, 6]])).toEqual([[9, 12], [8, 10], [5, 6]])
})

test('properties of events are lines of text', () => {
  expect(propertyLines('plan: pro')).toEqual(['plan: pro'])
  expect(propertyLines({ plan: 'pro' })).toEqual(['plan: pro'])
  expect(propertyLines(null)).toEqual([])
})

test('rows of the same name say what tells them apart', () => {
  const f = (report: string, name: string, rows: Record<string, unknown>[], want: string[]) => expect(rowNames(report, name, rows)).toEqual(want)
  f('sources', 'referrer_host', [{ channel: 'ai', referrer_host: 'a.example' }, { channel: 'campaign', referrer_host: 'a.example' }, { channel: 'search', referrer_host: 'b.example' }, { channel: 'direct', referrer_host: '' }],
    ['a.example, ai', 'a.example, campaign', 'b.example', 'direct'])
  f('networks', 'organisation', [{ organisation: '', country: 'NL' }, { organisation: '', country: '' }, { organisation: 'Bank', country: 'AT' }], ['unknown, Netherlands', 'unknown, country unknown', 'Bank'])
  f('devices', 'device', [{ device: 'phone', os: 'iOS', browser: '' }, { device: '' }], ['phone · iOS', 'unknown'])
  f('pages', 'path', [{ path: '/' }], ['/'])
})
