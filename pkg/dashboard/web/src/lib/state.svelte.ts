// What every page shares: where we are, who asks, which sites there are.
import { tick, type Component } from 'svelte'
import { ApiError, type Schema } from './api/client'
import * as ask from './api/ask'
import { pageOf } from './routes'
import { hrefOf, parseView, type View } from './view'

class App {
  /** What is shown: the address bar's view, once the component of its page is there. */
  view: View = $state.raw(parseView(location.pathname, location.search))
  component: Component | null = $state.raw(null)
  me: Schema['Me'] | null = $state.raw(null)
  sites: Schema['SiteEntry'][] = $state.raw([])
  error: Error | null = $state.raw(null)
  ready = $state(false)
  signedOut = $state(false)

  site = $derived(this.sites.find((s) => s.key === this.view.site))
  /** The zone whose days are shown. */
  zone = $derived(this.view.tz || this.site?.tz || 'UTC')
  published = $derived(this.site?.published?.find((p) => p.tz === this.zone) ?? null)
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

/** Shows what the address bar says. The page before stays, with its own view, until the next is loaded. */
async function moved(focus = false) {
  const href = location.pathname + location.search
  const next = parseView(location.pathname, location.search)
  let component: Component
  try {
    component = await pageOf(next.page)
  } catch {
    app.error = new Error('This page could not be loaded. Footfall may have been updated: load the page anew.')
    return
  }
  if (href !== location.pathname + location.search) return // somebody was quicker
  const other = next.page !== app.view.page
  app.view = next
  app.component = component
  if (next.site) remember(next.site)
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
    if (!a || a.target || a.origin !== location.origin || a.hasAttribute('download') || a.pathname.startsWith('/api/') || a.getAttribute('href')?.startsWith('#')) return
    e.preventDefault()
    if (a.href !== location.href) history.pushState(null, '', a.href)
    void moved(true)
  })
}

/** Asks who we are and what there is to see. */
export async function start() {
  app.error = null
  try {
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

/** Fills in what the address leaves open: the page, and the site that was looked at last. */
async function choose() {
  const view = { ...app.view, page: app.view.page || 'overview' }
  if (!view.site) view.site = app.sites.find((s) => s.key === remembered())?.key ?? app.sites[0]?.key ?? ''
  if (view.page === 'sign-in') view.page = 'overview'
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
