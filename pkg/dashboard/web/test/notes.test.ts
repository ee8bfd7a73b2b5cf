import { expect, test } from 'vitest'
import { noteID, usually, verdict } from '../src/lib/notes'

test('two sources may use one id', () => {
  expect(noteID({ source: 'fairs', id: '1' })).not.toBe(noteID({ source: 'talks', id: '1' }))
  expect(noteID({ source: 'talks', id: 'a b/2026' })).toBe('note-talks-a%20b%2F2026')
})

test('what is usual is told with its spread, and unknown stays unknown', () => {
  expect(usually({ mean: 120, spread: 8.04 })).toBe('120 ± 8')
  expect(usually(null)).toBe('unknown')
})

test('a figure is more or less than usual outside twice the spread', () => {
  const usual = { mean: 100, spread: 10 }
  expect(verdict(120, usual)).toBe('as usual')
  expect(verdict(121, usual)).toBe('more')
  expect(verdict(79, usual)).toBe('less')
  expect(verdict(null, usual)).toBe('unknown')
  expect(verdict(100, null)).toBe('unknown')
})
