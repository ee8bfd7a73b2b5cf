import { expect, test } from 'vitest'
import { between, change, count, country, coverage, duration, pointsChange, share } from '../src/lib/format'

const s = 1000
const min = 60 * s
const h = 60 * min

test('counts are grouped with narrow spaces', () => {
  const f = (input: number | null, want: string) => expect(count(input)).toBe(want)
  f(null, 'unknown')
  f(0, '0')
  f(999, '999')
  f(1000, '1\u202f000')
  f(1234567, '1\u202f234\u202f567')
  f(1234.56, '1\u202f234.6')
})

test('durations name their two largest units', () => {
  const f = (input: number | null, want: string) => expect(duration(input)).toBe(want)
  f(null, 'unknown')
  f(0, '0 s')
  f(40, '0.1 s')
  f(400, '0.4 s')
  f(949, '0.9 s')
  f(950, '1 s')
  f(8 * s, '8 s')
  f(59_600, '1 min')
  f(15 * min + 40 * s, '15 min 40 s')
  f(5 * min + 4 * s, '5 min 04 s')
  f(59 * min + 59_600, '1 h')
  f(3 * h + 5 * min, '3 h 05 min')
  f(47 * h + 59 * min, '47 h 59 min')
  f(52 * h, '2 d 4 h')
  f(48 * h, '2 d')
  f(24_000 * h, '1\u202f000 d')
})

test('shares that are not all or nothing do not look like it', () => {
  const f = (input: number | null, want: string) => expect(share(input)).toBe(want)
  f(null, 'unknown')
  f(0, '0\u202f%')
  f(0.001, '<1\u202f%')
  f(0.62, '62\u202f%')
  f(0.999, '>99\u202f%')
  f(1, '100\u202f%')
})

test('changes need two known figures', () => {
  const f = (now: number | null, before: number | null, want: string | null) => expect(change(now, before)?.text ?? null).toBe(want)
  f(null, 5, null)
  f(5, null, null)
  f(5, 0, null)
  f(0, 0, '±0\u202f%')
  f(120, 100, '+20\u202f%')
  f(80, 100, '−20\u202f%')
  f(1001, 1000, '+<1\u202f%')
  f(0, 10, '−100\u202f%')
  f(5000, 100, '×50')
  expect(change(80, 100)?.direction).toBe('down')
})

test('shares change by points', () => {
  const f = (now: number | null, before: number | null, want: string | null) => expect(pointsChange(now, before)?.text ?? null).toBe(want)
  f(0.62, 0.5, '+12 points')
  f(0.49, 0.5, '−1 point')
  f(0.5, 0.5, '±0 points')
  f(null, 0.5, null)
})

test('the class of a median in words', () => {
  const f = (from: number | null, to: number | null, want: string) => expect(between(from, to)).toBe(want)
  f(null, null, 'unknown')
  f(0, 5 * s, 'under 5 s')
  f(5 * s, 10 * s, '5 s – 10 s')
  f(30 * min, null, 'over 30 min')
})

test('coverage is a sentence, and no view is not all views', () => {
  expect(coverage(0.62)).toBe('Time known for 62\u202f% of views')
  expect(coverage(null)).toBe('Time known for no view')
})

test('countries have names, and what is no code stays text', () => {
  const f = (input: string, want: string) => expect(country(input)).toBe(want)
  f('AT', 'Austria')
  f('', 'unknown')
  f('<b>', '<b>')
})
