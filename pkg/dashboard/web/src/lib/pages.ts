// The pages. A page whose name is a report's is that table.
import type { Schema } from './api/client'

export interface Page {
  name: string
  title: string
  /** Whether range, filters and the like mean something on it. */
  asks: boolean
  /** One sentence under the title. */
  about: string
  /** Whether it shows something although there is no site. */
  siteless?: boolean
  /** The role that it is for; viewers may see the others. */
  role?: 'analyst' | 'admin'
  /** Whether it needs accounts, which a dashboard without sign-in does not have. */
  accounts?: boolean
}

export interface Group {
  title: string
  pages: Page[]
}

const page = (name: string, title: string, about: string, asks = true): Page => ({ name, title, asks, about })

function siteless(name: string, title: string, about: string, more: Partial<Page> = {}): Page {
  return { ...page(name, title, about, false), siteless: true, ...more }
}

export const groups: Group[] = [
  {
    title: 'Figures',
    pages: [
      page('overview', 'Overview', ''),
      page('live', 'Live', 'The last 30 minutes as they happen, people and bots.', false),
      page('pages', 'Pages', 'What was read, and for how long. Choose a page to see how its times spread.'),
      page('entries', 'Entry pages', 'Where visits began.'),
      page('sources', 'Sources', 'What led visitors here.'),
      page('campaigns', 'Campaigns', 'Visits that a link with utm fields brought.'),
      page('addresses', 'Addresses', 'Who came, by address. Choose one to see its visits and every view.'),
      page('networks', 'Networks', 'The organisations whose networks the addresses belong to.'),
      page('companies', 'Companies', 'Organisations that read this much; networks known as internet providers, hosting and VPNs are left out. Filter by page to choose what they must have read.'),
      page('countries', 'Countries', 'Where the addresses are. Choose a country to see its cities.'),
      page('devices', 'Devices', 'What people read with.'),
      page('sessions', 'Visits', 'Every visit, newest first.'),
      page('views', 'Views', 'Every single view, newest first.'),
      page('events', 'Custom events', 'What the site reports by itself, such as sign-ups.'),
      page('witnesses', 'Evidence', 'Who saw the views: the web server’s log, the script in the page, or both.'),
      { ...page('definitions', 'Definitions', 'What every figure means.', false), siteless: true },
    ],
  },
  {
    title: 'Operations',
    pages: [
      siteless('runs', 'Runs', 'Every day is computed by a run, and again when events come late.'),
      siteless('alerts', 'Alerts', 'Rules that tell people by mail or a webhook when figures are not as they should be.'),
    ],
  },
  {
    title: 'Settings',
    pages: [
      siteless('account', 'My account', ''),
      siteless('tokens', 'API tokens', 'A token opens the API to a program. It never may more than the person who made it may now.', { accounts: true }),
      siteless('shares', 'Shared links', 'A link shows one page with its range and filters to whoever has it.', { accounts: true, role: 'analyst' }),
      siteless('own-networks', 'Own networks', 'Which addresses belong to which company, as you know it.', { role: 'admin' }),
      siteless('users', 'Users', 'Who may use the dashboard, and see which sites.', { accounts: true, role: 'admin' }),
    ],
  },
]

/** Pages that no menu lists. */
const others: Page[] = [
  page('address', 'Address', ''),
  siteless('run', 'Run', ''),
  siteless('sign-in', 'Sign in', ''),
  siteless('welcome', 'Welcome', ''),
]

/** Whether somebody may open a page; the API decides, this only spares the way. */
export function mayOpen(page: Page, me: Schema['Me'] | null): boolean {
  if (page.accounts && me?.via !== 'session') return false
  return !page.role || me?.role === 'admin' || me?.role === page.role
}

/** Pages that a link may show: what they ask is held to the link's question. */
const shareable = ['overview', 'live', 'pages', 'entries', 'sources', 'campaigns', 'addresses', 'networks', 'companies', 'countries', 'devices', 'sessions', 'views', 'events', 'witnesses']

export function mayShare(name: string, me: Schema['Me'] | null): boolean {
  return shareable.includes(name) && me?.via === 'session' && (me.role === 'analyst' || me.role === 'admin')
}

/** The groups that somebody sees in the menu. */
export function menuOf(me: Schema['Me'] | null): Group[] {
  return groups.map((g) => ({ ...g, pages: g.pages.filter((p) => mayOpen(p, me)) })).filter((g) => g.pages.length > 0)
}

export function findPage(name: string): Page | undefined {
  return [...groups.flatMap((g) => g.pages), ...others].find((p) => p.name === name)
}
