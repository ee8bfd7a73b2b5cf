import { expect, test } from 'vitest'
import { defaults, hourly, hrefOf, onPage, parseView, question, sortBy, type View } from '../src/lib/view'
import { exportHref } from '../src/lib/api/exports'

function parse(href: string): View {
  const url = new URL(href, 'http://x')
  return parseView(url.pathname, url.search)
}

test('what is as by default is not in the URL', () => {
  expect(hrefOf({ ...defaults, page: 'pages', site: 'demo' })).toBe('/pages?site=demo')
  expect(hrefOf({ ...defaults, page: 'live' })).toBe('/live')
})

test('every choice survives the way through the URL', () => {
  const view: View = {
    page: 'addresses', site: 'shop.example', range: '2026-01-01..2026-01-31', tz: 'Europe/Vienna', compare: 'year', bots: 'all',
    filters: ['path:/a b&c=d#e', 'country:!AT', 'utm_campaign:100%+'], sort: '-spent_ms', search: 'ü?', at: 3, size: 100,
    figure: 'mean_ms', by: 'hour', all: true, open: '/a?b', ip: '2001:db8::1', day: '2026-01-02',
    month: '2026-01', zone: 'Asia/Tokyo', run: 'x', views: 5, seconds: 0, sure: 'low',
  }
  expect(parse(hrefOf(view))).toEqual(view)
})

test('nonsense in the URL is as by default', () => {
  const f = (href: string, name: keyof View, want: unknown) => expect(parse(href)[name]).toEqual(want)
  f('/pages?at=-1', 'at', 1)
  f('/pages?at=x', 'at', 1)
  f('/pages?size=5000', 'size', defaults.size)
  f('/pages?filter=nothing', 'filters', [])
  f('/pages/', 'page', 'pages')
  f('/', 'page', '')
})

test('another page keeps the question and drops what belongs to one table', () => {
  const to = onPage(parse('/pages?site=a&range=7d&bots=all&filter=country:AT&sort=path&search=x&at=4&open=/a'), 'sources')
  expect(hrefOf(to)).toBe('/sources?site=a&range=7d&bots=all&filter=country:AT')
})

test('the API gets only what was chosen', () => {
  expect(question(parse('/pages?site=a'))).toEqual({ range: '30d', bots: 'people' })
  expect(question(parse('/pages?tz=Asia/Kathmandu&filter=os:Linux'))).toEqual({ range: '30d', bots: 'people', tz: 'Asia/Kathmandu', filter: ['os:Linux'] })
})

test('a header sorts greatest first, then smallest first', () => {
  const f = (current: string, want: string) => expect(sortBy(current, 'views')).toBe(want)
  f('', '-views')
  f('-views', 'views')
  f('views', '-views')
  f('-path', '-views')
})

test('one day is shown by hour unless chosen otherwise', () => {
  const f = (query: string, want: boolean) => expect(hourly(parse(`/overview?${query}`))).toBe(want)
  f('range=today', true)
  f('range=2026-01-01..2026-01-01', true)
  f('range=2026-01-01..2026-01-02', false)
  f('range=7d&by=hour', true)
  f('range=today&by=day', false)
})

test('exports ask the question of the page', () => {
  const href = exportHref(parse('/pages?site=a/b&range=7d&filter=path:/x*&sort=-views&search=q'), 'pages', 'csv')
  expect(href).toBe('/api/v1/sites/a%2Fb/exports/pages?format=csv&range=7d&bots=people&sort=-views&search=q&filter=path%3A%2Fx*')
})
