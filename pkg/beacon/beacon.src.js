// The beacon: tells the collector which page was looked at, and for how long.
//
//   <script defer src="https://HOST/beacon.js" data-site="KEY"></script>
//
// data-site      the site key
// data-endpoint  where to post; by default v1/events beside this script
// data-hash      treats the part behind # as a page of its own (hash routes)
//
// It sets no cookie, stores nothing, and never lets an error reach the page. A browser that sends
// Global Privacy Control is not counted. beacon.js is built from this file: go generate ./pkg/beacon
(() => {
  const w = window, d = document, n = navigator
  const tag = d.currentScript, data = tag?.dataset
  const queue = w.footfall && w.footfall.q // calls from before this script was here
  if (!data || n.globalPrivacyControl || w.footfall && !queue) return // no tag, unwanted, here already
  const idle = 6e4 // without input for this long nobody is reading
  const beat = 3e4 // how often a page that is being read says so

  // The view: one page as it was shown once.
  let id, url, referrer, requestID
  let counted // it was seen, and reported
  let engaged // ms so far
  let reported // engaged ms as last sent
  let depth // furthest pixel seen

  // The clock of engagement runs while the page is visible and focused and input is recent.
  let running, since, input = 0

  const guard = f => (...x) => { try { f(...x) } catch { /* the page must not notice */ } }
  const listen = (target, types, f) => types.split(' ').map(t => target.addEventListener(t, guard(f), true))
  const visible = () => d.visibilityState == 'visible'

  // UUID version 7: 48 bits of time, then random, so that rows sorted by id are nearly sorted by time.
  const newID = () => {
    const random = [...crypto.getRandomValues(new Uint8Array(9))].map(x => (x + 256).toString(16).slice(1)).join('')
    return Date.now().toString(16).padStart(12, 0) + 7 + random.slice(0, 3) + 8 + random.slice(3)
  }

  // post sends a string, which goes as text/plain and needs no preflight. Titles and addresses are
  // cut so that they stay below the collector's limits.
  const post = (type, more) => {
    const to = data.endpoint || new URL('v1/events', tag.src)
    const body = JSON.stringify({
      site: data.site, type, url, event_id: newID(), view_id: id, request_id: requestID,
      title: d.title.slice(0, 170), referrer, screen_px: w.innerWidth,
      scroll_pct: Math.min(100, Math.round(100 * depth / d.documentElement.scrollHeight)), ...more
    })
    n.sendBeacon?.(to, body) || fetch(to, { method: 'POST', body, keepalive: true }).catch(() => {})
  }

  // tick brings the engaged time up to date, and starts or stops its clock.
  const tick = () => {
    const now = performance.now()
    if (running) engaged += Math.max(0, Math.min(now, input + idle) - since)
    since = now
    running = visible() && d.hasFocus()
  }

  const touch = () => {
    tick()
    input = since
    depth = Math.max(depth, w.scrollY + w.innerHeight)
  }

  // report sends the cumulative engaged time when it has grown.
  const report = () => {
    tick()
    if (!counted || engaged < reported + 1) return
    reported = engaged
    post('engagement', { engaged_ms: Math.round(engaged) })
  }

  // seen counts the view once somebody can see it: not while it is prerendered or in a background tab.
  const seen = () => {
    touch()
    if (counted || !visible()) return
    counted = true
    post('pageview')
  }

  const here = () => location.href.split(data.hash == null ? '#' : ' ')[0].slice(0, 2048)

  const view = (from, request) => {
    tick() // what ran until here belonged to the view before
    id = newID()
    url = here()
    referrer = from.slice(0, 2048)
    requestID = request
    counted = engaged = reported = depth = 0
    seen()
  }

  // routed starts a new view when a single-page app has changed the address.
  const routed = () => {
    if (here() == url) return
    report()
    view(url)
  }

  guard(() => {
    // The web server's id of the request that brought this page; one from a cache is somebody else's.
    const nav = performance.getEntriesByType('navigation')[0]
    const fresh = nav?.transferSize && nav.deliveryType != 'cache'
    view(d.referrer, fresh ? nav.serverTiming?.find(x => x.name == 'rid')?.description : undefined)

    w.footfall = (name, props) => guard(post)('custom', { name, props })
    queue?.map(call => w.footfall(...call))

    for (const name of ['pushState', 'replaceState']) {
      const original = history[name]
      history[name] = function () {
        original.apply(this, arguments)
        guard(routed)()
      }
    }
    listen(w, 'popstate', routed)
    listen(w, 'scroll pointerdown pointermove keydown focus', touch)
    listen(w, 'blur', tick)
    listen(w, 'pagehide', () => { report(); running = 0 })
    listen(w, 'pageshow', e => e.persisted && view(d.referrer))
    listen(d, 'visibilitychange', () => visible() ? seen() : report())
    setInterval(guard(report), beat)
  })()
})()
