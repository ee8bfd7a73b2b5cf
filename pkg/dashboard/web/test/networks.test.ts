import { expect, test } from 'vitest'
import { changesText, decode, formatOf, sizeText, useText, wrongText } from '../src/lib/networks'

test('what a list would do, in words', () => {
  const p = { networks: 312, companies: 40, wrong: 0, added: 0, removed: 0, changed: 0, faults: [], notes: [] }
  expect(sizeText(p)).toBe('312 networks of 40 companies')
  expect(sizeText({ networks: 1, companies: 1 })).toBe('1 network of 1 company')
  expect(wrongText(1)).toBe('1 line is wrong')
  expect(wrongText(2)).toBe('2 lines are wrong')
  expect(changesText(p)).toContain('the same')
  expect(changesText({ ...p, added: 2, changed: 1 })).toContain('adds 2, removes none and changes 1')
})

test('which list the collectors follow', () => {
  const f = (uses: [string, string][], want: RegExp) => expect(useText('abc', uses.map(([version, used_at]) => ({ version, used_at, events: 1 })), (at) => at)).toMatch(want)
  f([], /^No event/)
  f([['abc', '9:01'], ['old', '9:00']], /^Events follow it, the newest of 9:01\.$/)
  f([['old', '9:01'], ['abc', '9:00']], /9:01, follows another list \(version old\); the last one .* 9:00\. If/)
  f([['', '9:01']], /follows no list\. If/)
})

test('files of spreadsheets are read in the encoding that they have', () => {
  const f = (bytes: number[], want: string) => expect(decode(new Uint8Array(bytes))).toBe(want)
  f([0x4d, 0xc3, 0xbc], 'Mü')
  f([0xef, 0xbb, 0xbf, 0x4d, 0xc3, 0xbc], 'Mü')
  f([0x4d, 0xfc], 'Mü')
  f([0xff, 0xfe, 0x4d, 0x00, 0xfc, 0x00], 'Mü')
  expect([formatOf('a.CSV'), formatOf('a.yml'), formatOf('a.YAML'), formatOf('a')]).toEqual(['csv', 'yaml', 'yaml', 'csv'])
})
