import { expect, test } from 'vitest'
import { addFilter, addValue, exactly, formatFilter, parseFilter, removeFilter, turnRound } from '../src/lib/filters'

test('filters are read and written', () => {
  const f = (text: string, name: string, value: string, not: boolean) => {
    expect(parseFilter(text)).toEqual({ name, value, not })
    expect(formatFilter({ name, value, not })).toBe(text)
  }
  f('path:/blog/*', 'path', '/blog/*', false)
  f('country:!AT', 'country', 'AT', true)
  f('ip:2001:db8::/32', 'ip', '2001:db8::/32', false)
  f('referrer_host:', 'referrer_host', '', false)
  expect(parseFilter('nothing')).toBeNull()
  expect(parseFilter(':x')).toBeNull()
})

test('a value that begins with ! does not turn its filter round', () => {
  expect(parseFilter(exactly('utm_campaign', '!sale'))).toEqual({ name: 'utm_campaign', value: '*sale', not: false })
  expect(exactly('path', '/a:b')).toBe('path:/a:b')
})

test('each dimension has one filter and one exception', () => {
  const f = (filters: string[], text: string, want: string[]) => expect(addFilter(filters, text)).toEqual(want)
  f([], 'os:Linux', ['os:Linux'])
  f(['os:Linux'], 'os:Windows', ['os:Windows'])
  f(['os:Linux'], 'os:!Windows', ['os:Linux', 'os:!Windows'])
  f(['ip:192.0.2.1'], 'ip:192.0.2.0/24', ['ip:192.0.2.0/24'])
  f(['os:Linux'], 'nothing', ['os:Linux'])
})

test('a city is chosen with its country', () => {
  const row = { city: 'Springfield', country: 'US' }
  const f = (filters: string[], name: string, want: string[]) => expect(addValue(filters, name, row)).toEqual(want)
  f([], 'city', ['country:US', 'city:Springfield'])
  f(['country:AT', 'city:Wien'], 'city', ['country:US', 'city:Springfield'])
  f(['os:Linux'], 'country', ['os:Linux', 'country:US'])
  expect(addValue([], 'city', { city: '' })).toEqual(['city:'])
})

test('chips are turned round and removed', () => {
  expect(turnRound(['os:Linux', 'country:AT'], 'os:Linux')).toEqual(['country:AT', 'os:!Linux'])
  expect(turnRound(['os:!Linux'], 'os:!Linux')).toEqual(['os:Linux'])
  expect(turnRound(['ip:192.0.2.1'], 'ip:192.0.2.1')).toEqual(['ip:192.0.2.1'])
  expect(removeFilter(['os:Linux', 'country:AT'], 'os:Linux')).toEqual(['country:AT'])
})
