// Everything that is chosen on a page stands in its URL, so that a link shows the same to others and
// the browser's back button undoes a choice. What is as by default is left out.

export interface View {
  page: string
  site: string
  range: string
  tz: string
  compare: string
  bots: string
  filters: string[]
  sort: string
  search: string
  /** First page is 1. */
  at: number
  size: number
  figure: string
  by: string
  /** Whether tables show every column. */
  all: boolean
  /** The row whose panel is open: a path. */
  open: string
  ip: string
  day: string
  /** Of the runs: the month that is shown, the zone of the day that is open, and a run. */
  month: string
  zone: string
  run: string
  /** Of the companies: how many views and how many seconds they must have. */
  views: number
  seconds: number
  /** And how sure one must be of them. */
  sure: string
}

export const sizes = [10, 25, 50, 100, 250]

export const defaults: Omit<View, 'page'> = {
  site: '', range: '30d', tz: '', compare: 'previous', bots: 'people', filters: [],
  sort: '', search: '', at: 1, size: 25, figure: 'sessions', by: '', all: false, open: '', ip: '', day: '', month: '', zone: '', run: '', views: 3, seconds: 60, sure: 'medium',
}

function whole(text: string | null, otherwise: number, most: number): number {
  const n = Number(text ?? '')
  return Number.isInteger(n) && n >= 1 && n <= most ? n : otherwise
}

/** Reads a page's address. What makes no sense is as by default; the API refuses the rest in words. */
export function parseView(pathname: string, search: string): View {
  const q = new URLSearchParams(search)
  const text = (name: keyof typeof defaults) => q.get(name) || (defaults[name] as string)
  return {
    page: pathname.replace(/^\/+|\/+$/g, ''),
    site: text('site'), range: text('range'), tz: text('tz'), compare: text('compare'), bots: text('bots'),
    filters: q.getAll('filter').filter((f) => f.includes(':')),
    sort: text('sort'), search: text('search'),
    at: whole(q.get('at'), 1, 100_000), size: whole(q.get('size'), defaults.size, 1000),
    figure: text('figure'), by: text('by'), all: q.get('all') === '1', open: text('open'), ip: text('ip'), day: text('day'),
    month: text('month'), zone: text('zone'), run: text('run'),
    views: whole(q.get('views'), defaults.views, 1_000_000), seconds: q.get('seconds') === '0' ? 0 : whole(q.get('seconds'), defaults.seconds, 1_000_000_000), sure: text('sure'),
  }
}

const plain = ['site', 'range', 'tz', 'compare', 'bots', 'sort', 'search', 'at', 'size', 'figure', 'by', 'open', 'ip', 'day', 'month', 'zone', 'run', 'views', 'seconds', 'sure'] as const

/** How a table or chart is looked at, which readers of a shared page may choose, too. */
const looks = ['sort', 'search', 'at', 'size', 'figure', 'by', 'all', 'views', 'seconds', 'sure'] as const

/** The view of a shared page: its own question, and of the address only how it is looked at. */
export function sharedView(share: { site: string; page: string; query: string }, search: string): View {
  const view = { ...parseView(share.page, share.query), site: share.site }
  const q = new URLSearchParams(search)
  const chosen = parseView('', search)
  for (const name of looks) {
    if (q.has(name)) Object.assign(view, { [name]: chosen[name] })
  }
  return view
}

/** What a shared link keeps of a view: range, filters and how it is looked at. */
export function sharedQuery(view: View): string {
  return hrefOf({ ...view, site: '', open: '', at: 1, ip: '', day: '' }).split('?')[1] ?? ''
}

/** The address of the page that was shared, and its view; then every view is one of that page. */
let shared: { path: string; view: View } | null = null

export function shareAt(path: string, view: View) {
  shared = { path, view }
}

/** Of a shared page, its address says only what is looked at in another way. */
function sharedHref(of: { path: string; view: View }, view: View): string {
  const q = new URLSearchParams()
  for (const name of looks) {
    if (view[name] !== of.view[name]) q.set(name, name === 'all' ? (view.all ? '1' : '0') : String(view[name]))
  }
  return q.size ? `${of.path}?${q}` : of.path
}

/** The address of a view. */
export function hrefOf(view: View): string {
  if (shared) return sharedHref(shared, view)
  const q = new URLSearchParams()
  for (const name of plain) {
    if (view[name] !== defaults[name]) q.set(name, String(view[name]))
  }
  for (const f of view.filters) q.append('filter', f)
  if (view.all) q.set('all', '1')
  const text = q.toString().replaceAll('%2F', '/').replaceAll('%3A', ':')
  return `/${view.page}${text ? '?' + text : ''}`
}

/** The same question on another page: what belongs to one table is dropped. */
export function onPage(view: View, page: string, change: Partial<View> = {}): View {
  const { sort, search, at, open, ip, day, all, month, zone, run, views, seconds } = defaults
  const by = view.by === 'cities' ? defaults.by : view.by // of the countries; else of the chart
  return { ...view, page, by, sort, search, at, open, ip, day, all, month, zone, run, views, seconds, ...change }
}

/** What questions about visits have in common, as the API takes it. */
export function question(view: View) {
  return {
    range: view.range,
    bots: view.bots as 'people' | 'bots' | 'all',
    ...(view.tz ? { tz: view.tz } : {}),
    ...(view.filters.length ? { filter: view.filters } : {}),
  }
}

/** Which way a click on a column's header sorts: greatest first, then smallest first. */
export function sortBy(current: string, column: string): string {
  return current === `-${column}` ? column : `-${column}`
}

export const ranges: [value: string, title: string][] = [
  ['today', 'Today'], ['yesterday', 'Yesterday'], ['7d', 'Last 7 days'], ['30d', 'Last 30 days'], ['90d', 'Last 90 days'],
  ['week', 'This week'], ['last-week', 'Last week'], ['month', 'This month'], ['last-month', 'Last month'], ['year', 'This year'],
]

/** Whether the time chart goes by hour: as chosen, and else for a range of one day. */
export function hourly(view: View): boolean {
  const one = view.range === 'today' || view.range === 'yesterday' || view.range === '1d' || /^(.{10})\.\.\1$/.test(view.range)
  return view.by === 'hour' || (view.by === '' && one)
}

/** The API shows hours of at most 14 days. */
export function mayBeHourly(days: number): boolean {
  return days <= 14
}
