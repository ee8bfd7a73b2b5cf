// The pages. A page whose name is a report's is that table. More groups (runs, settings) go here.

export interface Page {
  name: string
  title: string
  /** Whether range, filters and the like mean something on it. */
  asks: boolean
  /** One sentence under the title. */
  about: string
}

export interface Group {
  title: string
  pages: Page[]
}

const page = (name: string, title: string, about: string, asks = true): Page => ({ name, title, asks, about })

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
      page('countries', 'Countries', 'Where the addresses are.'),
      page('devices', 'Devices', 'What people read with.'),
      page('sessions', 'Visits', 'Every visit, newest first.'),
      page('views', 'Views', 'Every single view, newest first.'),
      page('events', 'Custom events', 'What the site reports by itself, such as sign-ups.'),
      page('witnesses', 'Evidence', 'Who saw the views: the web server’s log, the script in the page, or both.'),
      page('definitions', 'Definitions', 'What every figure means.', false),
    ],
  },
  { title: 'Runs', pages: [] },
  { title: 'Settings', pages: [] },
]

/** Pages that no menu lists. */
const others: Page[] = [
  page('address', 'Address', ''),
  page('sign-in', 'Sign in', '', false),
]

export function findPage(name: string): Page | undefined {
  return [...groups.flatMap((g) => g.pages), ...others].find((p) => p.name === name)
}
