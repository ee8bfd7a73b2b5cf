/**
 * The function that Footfall's script adds to a page.
 *
 * Calls from before the script has loaded are kept when the page defines the stub first:
 *
 *     window.footfall = window.footfall || function () { (footfall.q = footfall.q || []).push(arguments) }
 */
declare namespace Footfall {
  /** Properties of an event: at most 30, keys of up to 64 bytes, texts of up to 512 bytes. */
  type Props = Readonly<Record<string, string | number | boolean>>

  /** What a page view that the page reports itself may state. */
  interface Pageview {
    /** Address of the page, absolute or with a leading slash; by default the one in the address bar. */
    url?: string
  }

  interface Call {
    /** Starts a new page view. Needed with data-manual only; otherwise routes are followed by themselves. */
    (name: 'pageview', page?: Pageview): void
    /** Reports an event of the site's own, such as footfall('signup', {plan: 'pro'}). Names have up to 64 bytes. */
    (name: string, props?: Props): void
    /** Calls that the stub keeps. */
    q?: ArrayLike<unknown>[]
  }
}

declare var footfall: Footfall.Call

interface Window {
  footfall: Footfall.Call
}
