import { expect, test } from 'vitest'
import type { Schema } from '../src/lib/api/client'
import { completeness, moment, yesterdayOf } from '../src/lib/runs/freshness'
import { columnsOf, latestDay, linesOf, monthOf, monthSpan, shiftMonth, shorter, tally } from '../src/lib/runs/grid'
import { grouped, many, progress, skippedText } from '../src/lib/runs/requests'
import { busy, causeText, states, took } from '../src/lib/runs/states'

const job = (day: string, tz: string, state: Schema['JobDay']['state'], more: Partial<Schema['JobDay']> = {}): Schema['JobDay'] => ({
  job: 'daily', day, tz, state, reason: '', detail: '', due: false, run: null, attempts: 1, cause: '', asked_by: '',
  started: null, finished: null, duration_ms: null, error: '', views: null, spent_ms: null, ...more,
})

test('months begin on their first and end on their last day', () => {
  const f = (month: string, from: string, to: string) => expect(monthSpan(month)).toEqual({ from, to })
  f('2026-11', '2026-11-01', '2026-11-30')
  f('2026-12', '2026-12-01', '2026-12-31')
  f('2024-02', '2024-02-01', '2024-02-29')
  f('2026-02', '2026-02-01', '2026-02-28')
})

test('months follow each other over the years', () => {
  const f = (month: string, by: number, want: string) => expect(shiftMonth(month, by)).toBe(want)
  f('2026-01', -1, '2025-12')
  f('2025-12', 1, '2026-01')
  f('2026-03', 12, '2027-03')
})

test('what is no month is the one of today', () => {
  const f = (text: string, want: string) => expect(monthOf(text, '2026-11-28')).toBe(want)
  f('', '2026-11')
  f('2026-13', '2026-11')
  f('x', '2026-11')
  f('0000-01', '2026-11')
  f('2015-05', '2015-05')
})

test('the latest day is the one that has begun somewhere', () => {
  const f = (zones: string[], now: string, want: string) => expect(latestDay(zones, now)).toBe(want)
  f([], '2026-11-28T23:30:00Z', '2026-11-28')
  f(['Pacific/Kiritimati'], '2026-11-28T10:30:00Z', '2026-11-29')
  f(['America/New_York'], '2026-11-28T03:30:00Z', '2026-11-28')
})

test('the grid has every day up to the latest, newest first, and a column per zone', () => {
  const days = [job('2026-11-01', 'UTC', 'final'), job('2026-11-03', 'Europe/Vienna', 'failed')]
  const columns = columnsOf(['daily'], ['UTC'], days)
  expect(columns).toEqual([{ job: 'daily', zone: 'Europe/Vienna' }, { job: 'daily', zone: 'UTC' }])
  const lines = linesOf('2026-11', '2026-11-03', columns, days)
  expect(lines.map((l) => [l.day, ...l.cells.map((c) => c?.state ?? '-')])).toEqual([
    ['2026-11-03', 'failed', '-'], ['2026-11-02', '-', '-'], ['2026-11-01', '-', 'final'],
  ])
})

test('a day after the latest is shown when something is of it', () => {
  const days = [job('2026-11-30', 'UTC', 'stale')]
  expect(linesOf('2026-11', '2026-11-01', columnsOf(['daily'], [], days), days).map((l) => l.day)).toEqual(['2026-11-30', '2026-11-01'])
})

test('three and more empty days are one line', () => {
  const f = (filled: string[], want: string[]) => {
    const days = filled.map((d) => job(d, 'UTC', 'final'))
    const lines = shorter(linesOf('2026-11', '2026-11-05', columnsOf(['daily'], ['UTC'], days), days))
    expect(lines.map((l) => (l.from ? `${l.from}..${l.day}` : l.day).replaceAll('2026-11-', ''))).toEqual(want)
  }
  f([], ['01..05'])
  f(['2026-11-05'], ['05', '01..04'])
  f(['2026-11-03'], ['05', '04', '03', '02', '01'])
  f(['2026-11-01'], ['02..05', '01'])
})

test('states are counted', () => {
  expect([...tally([job('2026-11-01', 'UTC', 'final'), job('2026-11-02', 'UTC', 'final'), job('2026-11-03', 'UTC', 'stale')])]).toEqual([['final', 2], ['stale', 1]])
})

test('every state has a title, and only two change by themselves', () => {
  expect(states.map((s) => s.name).filter((s) => busy(s))).toEqual(['running', 'requested'])
})

test('short runs are told exactly', () => {
  const f = (ms: number | null | undefined, want: string) => expect(took(ms)).toBe(want)
  f(null, '')
  f(0, '0 ms')
  f(999, '999 ms')
  f(2650, '2.6 s')
  f(61_000, '1 min 01 s')
})

test('who began a run', () => {
  const f = (cause: string, by: string, want: string) => expect(causeText(cause, by)).toBe(want)
  f('schedule', '', 'the schedule')
  f('person', 'ann', 'ann')
  f('command', 'root', 'root, at the command line')
  f('', '', 'unknown')
})

const now = '2026-11-28T05:00:00Z'
const zone = (more: Partial<Schema['JobZone']> = {}): Schema['JobZone'] => ({
  tz: 'UTC', newest_final_day: '2026-11-27', next_day: '2026-11-28', next_final_at: '2026-11-29T01:00:00Z', next_deadline: '2026-11-29T07:00:00Z',
  late: false, overdue: [], looked_at: '2026-11-28T04:59:00Z', silent: false, incomplete: '', due: 0, ...more,
})

test('is yesterday complete', () => {
  const f = (z: Partial<Schema['JobZone']>, cell: Partial<Schema['JobDay']> | null, tone: string, title: string, ...lines: string[]) => {
    const answer = completeness(zone(z), cell && job('2026-11-27', 'UTC', cell.state ?? 'final', cell), now)
    expect(answer).toEqual({ tone, title, lines })
  }
  const next = '28 Nov becomes final soon after 01:00 tomorrow, due by 07:00 tomorrow.'
  f({}, { state: 'final', finished: '2026-11-28T01:04:00Z' }, 'good', 'Yesterday, 27 Nov, is complete', 'Final since 01:04.', next)
  f({}, null, 'good', 'Yesterday, 27 Nov, has no events', next)
  f({}, { state: 'running' }, 'good', 'Yesterday, 27 Nov, is complete', 'It is computed again; until then the figures stay as they are.', next)
  f({ newest_final_day: null }, { state: 'running' }, 'wait', 'Yesterday, 27 Nov, is not complete yet', 'It is being computed now.', next)
  f({}, { state: 'failed', error: 'no space' }, 'late', 'Yesterday, 27 Nov, is not complete', 'Its newest run failed: no space', next)
  f({ newest_final_day: '2026-11-26', next_day: '2026-11-27', next_final_at: '2026-11-28T01:00:00Z', next_deadline: '2026-11-28T07:00:00Z' }, { state: 'provisional' },
    'wait', 'Yesterday, 27 Nov, is not complete yet', 'It is provisional: its last events may still be on their way.', 'The newest final day is 26 Nov 2026.', '27 Nov becomes final any moment, due by 07:00.')
  f({ late: true, overdue: ['2026-11-25'], next_day: null, next_final_at: null, next_deadline: null }, { state: 'missing' },
    'late', 'Yesterday, 27 Nov, is not complete yet', 'It waits to be computed.', 'Overdue: 25 Nov.')
  f({ silent: true, looked_at: '2026-11-27T20:00:00Z', next_day: null, next_final_at: null, next_deadline: null }, null,
    'late', 'Not known whether yesterday, 27 Nov, is complete', 'The rollup last looked at 20:00 yesterday: it does not run, or not as it should.')
})

test('yesterday is the zone’s', () => {
  const f = (tz: string, at: string, want: string) => expect(yesterdayOf(tz, at)).toBe(want)
  f('UTC', '2026-11-28T00:30:00Z', '2026-11-27')
  f('America/New_York', '2026-11-28T00:30:00Z', '2026-11-26')
  f('Asia/Tokyo', '2026-11-27T15:30:00Z', '2026-11-27')
})

test('moments say the day unless it is today', () => {
  const f = (at: string, want: string) => expect(moment(at, 'UTC', now)).toBe(want)
  f('2026-11-28T01:04:00Z', '01:04')
  f('2026-11-29T07:00:00Z', '07:00 tomorrow')
  f('2026-11-20T07:00:00Z', '07:00 on 20 Nov')
  f('2025-11-20T07:00:00Z', '07:00 on 20 Nov 2025')
})

const request = (id: string, day: string, state: Schema['JobRequest']['state'], at = now): Schema['JobRequest'] => ({
  id, job: 'daily', day, tz: 'UTC', state, requested_at: at, updated_at: at, requested_by: 'ann', reason: 'redo', run: null, answer: '',
})

test('days that were asked for at once are one request', () => {
  const groups = grouped([request('a', '2026-11-02', 'open'), request('a', '2026-11-01', 'running'), request('b', '2026-11-09', 'open', '2026-11-28T06:00:00Z')])
  expect(groups.map((g) => [g.id, g.from, g.to, g.days, g.open, g.running])).toEqual([['b', '2026-11-09', '2026-11-09', 1, 1, 0], ['a', '2026-11-01', '2026-11-02', 2, 1, 1]])
})

test('how far a request has come', () => {
  const f = (of: Schema['JobRequest']['state'][], text: string, over: boolean) => expect(progress(of.map((s, i) => request('a', `2026-11-0${i + 1}`, s)))).toEqual({ text, over })
  f(['done', 'done', 'running', 'open'], '2 done, 1 running, 1 waiting', false)
  f(['done', 'failed', 'cancelled'], '1 done, 1 failed, 1 cancelled', true)
})

test('what a dry run leaves out', () => {
  expect(skippedText({ future: 2, empty: 0, requested: 0, failed: 0, published: 25 })).toBe('25 in step with their events, 2 not begun')
  expect(many(1, 'day')).toBe('1 day')
  expect(many(2, 'day')).toBe('2 days')
})
