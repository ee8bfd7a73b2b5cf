// What every page shares: where we are, who asks, which sites there are.
import { tick, type Component } from 'svelte'
import { ApiError, askAs, type Schema } from './api/client'
import { signOut } from './api/accounts'
import * as ask from './api/ask'
import { pageOf } from './routes'
import { freshest } from './sites'
import { hrefOf, parseView, shareAt, sharedView, type View } from './view'

/** The view that the address bar says. Of a shared link, only how its tables are looked at is chosen there. */
function viewHere(): View {
  return shared ? sharedView(shared, location.search) : parseView(location.pathname, location.search)
}

let shared: Schema['Share'] | null = null

class App {
  /** What is shown: the address bar's view, once the component of its page is there. */
  view: View = $state.raw(viewHere())
  component: Component | null = $state.raw(null)
  me: Schema['Me'] | null = $state.raw(null)
  sites: Schema['SiteEntry'][] = $state.raw([])
  error: Error | null = $state.raw(null)
  ready = $state(false)
  signedOut = $state(false)
  /** Whether a shared link was opened: one page, and no way to others. */
  byLink = $state(false)

  site = $derived(this.sites.find((s) => s.key === this.view.site))
  /** The zone whose days are shown. */
  zone = $derived(this.view.tz || this.site?.tz || 'UTC')
  published = $derived(this.site?.published?.find((p) => p.tz === this.zone) ?? null)
  /** Whether one may order runs: those cover every site. */
  runs = $derived(this.me?.role === 'admin' && this.me.all_sites)
  annotates = $derived(this.me?.role === 'analyst' || this.me?.role === 'admin')
}

export const app = new App()

/** Goes to a view. Replacing keeps what is typed letter by letter out of the history. */
export function go(view: View, replace = false) {
  const href = hrefOf(view)
  if (href === location.pathname + location.search) return
  history[replace ? 'replaceState' : 'pushState'](null, '', href)
  void moved()
}

export function change(part: Partial<View>, replace = false) {
  go({ ...app.view, at: 1, ...part }, replace)
}

const unloaded = new Error('The page could not be loaded: Footfall cannot be reached, or was updated meanwhile. Try again; if that does not help, load the page anew.')

/** Shows what the address bar says. The page before stays, with its own view, until the next is loaded. */
async function moved(focus = false) {
  const href = location.pathname + location.search
  const next = viewHere()
  let component: Component
  try {
    component = await pageOf(next.page)
  } catch {
    app.error = unloaded
    return
  }
  if (app.error === unloaded) app.error = null
  if (href !== location.pathname + location.search) return // somebody was quicker
  const other = next.page !== app.view.page
  app.view = next
  app.component = component
  if (next.site && !shared) remember(next.site)
  if (!other) return
  window.scrollTo(0, 0)
  await tick()
  if (focus) document.querySelector<HTMLElement>('main h1')?.focus()
}

/** Lets links within the dashboard change the page without loading it anew. */
export function followLinks() {
  addEventListener('popstate', () => void moved())
  document.addEventListener('click', (e) => {
    if (e.defaultPrevented || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return
    const a = e.target instanceof Element ? e.target.closest('a') : null
    if (!a || a.target || a.origin !== location.origin || a.hasAttribute('download') || a.pathname.startsWith('/api/') || a.pathname.startsWith('/oidc/') || a.getAttribute('href')?.startsWith('#')) return
    e.preventDefault()
    if (a.href !== location.href) history.pushState(null, '', a.href)
    void moved(true)
  })
}

/** Asks who we are and what there is to see. */
export async function start() {
  app.error = null
  if (location.pathname === '/welcome') return // nobody yet: the page asks for itself
  try {
    if (location.pathname.startsWith(sharePath)) await openShare()
    const [me, sites] = await Promise.all([ask.me(), ask.sites()])
    app.me = me
    app.sites = [...(sites.sites ?? [])].sort((a, b) => a.key.localeCompare(b.key))
    app.signedOut = false
    await choose()
  } catch (err) {
    failed(err)
  }
  app.ready = true
}

const sharePath = '/share/'

/** Shows the secret of a shared link from now on, and learns what it is of. */
async function openShare() {
  app.byLink = true
  const path = location.pathname.replace(/\/+$/, '')
  askAs(path.slice(sharePath.length))
  const me = await ask.me()
  if (!me.share) throw new Error('This link shows nothing here.')
  shared = me.share
  shareAt(path, sharedView(shared, ''))
}

/** Signs out. */
export async function leave() {
  try {
    await signOut()
    app.me = null
    app.signedOut = true
    history.replaceState(null, '', '/')
  } catch (err) {
    failed(err)
  }
}

/** Fills in what the address leaves open: the page, and the site that was looked at last. */
async function choose() {
  if (shared) return moved()
  const view = { ...viewHere(), page: viewHere().page || 'overview' }
  if (!view.site) view.site = app.sites.find((s) => s.key === remembered())?.key ?? freshest(app.sites)
  if (view.page === 'sign-in' || view.page === 'welcome') view.page = 'overview'
  history.replaceState(null, '', hrefOf(view))
  await moved()
}

/** Notes an error; one that says that nobody is signed in leads to the sign-in page. */
export function failed(err: unknown) {
  if (err instanceof ApiError && err.status === 401) app.signedOut = true
  else app.error = err instanceof Error ? err : new Error(String(err))
}

const lastSite = 'footfall-site'

function remember(site: string) {
  try {
    localStorage.setItem(lastSite, site)
  } catch {
    // Storage is forbidden: the first site it is next time.
  }
}

function remembered(): string | null {
  try {
    return localStorage.getItem(lastSite)
  } catch {
    return null
  }
}
