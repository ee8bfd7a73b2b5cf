import { expect, test } from 'vitest'
import { browserText, nameTrouble, passwordTrouble, rolesUpTo, sitesText, troubleText } from '../src/lib/accounts'
import { mayOpen, mayShare, menuOf } from '../src/lib/pages'
import { defaults, hrefOf, parseView, shareAt, sharedQuery, sharedView } from '../src/lib/view'

test('names are as the API takes them', () => {
  const f = (name: string, good: boolean) => expect(nameTrouble(name) === '').toBe(good)
  f('Ann', true)
  f(' ann@example.org ', true)
  f("o'neil+x-1", true)
  f('', false)
  f('-ann', false)
  f('ann b', false)
  f('a'.repeat(101), false)
})

test('passwords are long, not the name, and typed twice alike', () => {
  const f = (name: string, password: string, again: string, want: RegExp) => expect(passwordTrouble(name, password, again)).toMatch(want)
  f('ann', 'short', 'short', /5 of at least 12/)
  f('ann', '😀'.repeat(11), '', /11 of at least 12/)
  f('long-name-here', 'Long-Name-Here', 'Long-Name-Here', /must not be the name/)
  f('ann', 'a few words do', 'a few words', /the same/)
  f('ann', 'a few words do', 'a few words do', /^$/)
})

test('nobody hands on more than their own role', () => {
  const f = (role: string | undefined, want: string[]) => expect(rolesUpTo(role).map((r) => r.name)).toEqual(want)
  f('viewer', ['viewer'])
  f('admin', ['viewer', 'analyst', 'admin'])
  f(undefined, [])
})

test('sites in words', () => {
  expect(sitesText({ all_sites: true })).toBe('every site')
  expect(sitesText({ all_sites: false, sites: ['a', 'b'] })).toBe('a, b')
  expect(sitesText({ all_sites: false, sites: [] })).toBe('no site')
})

test('browsers are told by what they call themselves', () => {
  const f = (agent: string, want: string) => expect(browserText(agent)).toBe(want)
  f('Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0', 'Firefox on Linux')
  f('Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1', 'Safari on iOS')
  f('Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Mobile Safari/537.36', 'Chrome on Android')
  f('<b>x</b>', '<b>x</b>')
  f('', 'unknown')
})

test('what the provider says becomes a sentence, whatever it is', () => {
  const f = (trouble: string | null, want: RegExp) => expect(troubleText(trouble)).toMatch(want)
  f(null, /^$/)
  f('refused', /no access/)
  f('<b>', /did not work/)
})

const me = (role: 'viewer' | 'analyst' | 'admin', via: 'open' | 'session') => ({ name: 'ann', role, via, all_sites: true, sites: [] })

test('the menu shows what somebody may open', () => {
  const f = (who: ReturnType<typeof me>, want: string[]) => expect(menuOf(who).find((g) => g.title === 'Settings')?.pages.map((p) => p.name)).toEqual(want)
  f(me('viewer', 'session'), ['account', 'tokens'])
  f(me('analyst', 'session'), ['account', 'tokens', 'shares'])
  f(me('admin', 'session'), ['account', 'tokens', 'shares', 'own-networks', 'users'])
  f(me('admin', 'open'), ['account', 'own-networks'])
  expect(mayOpen({ name: 'x', title: '', about: '', asks: false }, null)).toBe(true)
})

test('pages of figures are shared by analysts who have signed in', () => {
  const f = (page: string, who: ReturnType<typeof me>, want: boolean) => expect(mayShare(page, who)).toBe(want)
  f('pages', me('analyst', 'session'), true)
  f('pages', me('viewer', 'session'), false)
  f('pages', me('admin', 'open'), false)
  f('address', me('admin', 'session'), false)
  f('runs', me('admin', 'session'), false)
})

test('a shared page keeps its question, and lets its tables be sorted', () => {
  const query = sharedQuery({ ...defaults, page: 'pages', site: 'a', range: '7d', filters: ['path:/x*'], sort: 'path', at: 3, open: '/x' })
  expect(query).toBe('range=7d&sort=path&filter=path:/x*')
  const f = (search: string, want: string) => expect(hrefOf(sharedView({ site: 'a', page: 'pages', query }, search))).toBe(want)
  f('', '/pages?site=a&range=7d&sort=path&filter=path:/x*')
  f('?range=90d&site=b&filter=ip:1.2.3.4&sort=-views&at=2', '/pages?site=a&range=7d&sort=-views&at=2&filter=path:/x*')
  f('?sort=&all=1', '/pages?site=a&range=7d&filter=path:/x*&all=1')
  expect(sharedView({ site: 'a', page: 'live', query: '' }, '')).toEqual({ ...parseView('live', ''), site: 'a' })
})

test('the address of a shared page says only what is looked at in another way', () => {
  const own = sharedView({ site: 'a', page: 'pages', query: 'range=7d&sort=path&all=1' }, '')
  shareAt('/share/x', own) // from here on, every view is one of the shared page: keep this test the last one
  const f = (part: object, want: string) => expect(hrefOf({ ...own, ...part })).toBe(want)
  f({}, '/share/x')
  f({ page: 'addresses', filters: ['ip:1.2.3.4'], open: '/x' }, '/share/x')
  f({ sort: '-views', at: 2 }, '/share/x?sort=-views&at=2')
  f({ sort: '', all: false }, '/share/x?sort=&all=0')
})
