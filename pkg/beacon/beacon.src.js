// The beacon: tells the collector which page was looked at, and for how long.
//
//   <script defer src="https://HOST/beacon.js" data-site="KEY"></script>
//
// data-site      the site key
// data-endpoint  where to post; by default v1/events beside this script
// data-hash      treats the part behind # as a page of its own (hash routes)
// data-exclude   pages that are not counted: a regular expression that is searched in the address, as in
//                "/admin/|/preview"
// data-manual    counts no view by itself, only at footfall('pageview')
// data-ignore-gpc  counts browsers that send Global Privacy Control; by default they are not
// data-dnt       does not count browsers that send Do Not Track
//
// footfall(name, props) reports an event of the site's own; footfall('pageview', {url}) starts a view.
//
// It sets no cookie and stores nothing but events that could not be delivered, the last 20 of them,
// until they are or the tab is closed. No error of it reaches the page. beacon.js is built from this
// file: go generate ./pkg/beacon
try {
  const w = self, d = document, n = navigator, tag = d.currentScript, data = tag.dataset
  if (!w.footfall?.on) { // or else the script is here already

    // The view: one page as it was shown once.
    let page // what all of its events say
    let nav // how it was loaded, for the first view of a document
    let counted // somebody has seen it, and may be counted
    let due // when it was seen, until its page view is sent
    let engaged // ms so far
    let reported // engaged ms as last sent
    let depth // furthest pixel seen

    // The clock of engagement runs while the page is here, focused, and input is recent.
    let running, since = 0, input = 0

    let held = w.footfall?.q || [] // calls from before this script, or any view, was here or seen
    let away // the page is hidden or going: nobody will hear an answer

    const guard = f => (...x) => { try { f(...x) } catch { /* the page must not notice */ } }
    // Passive, so that no wheel waits for it; capturing, so that no page can keep an event to itself.
    const listen = (types, f) => types.split(' ').map(t => addEventListener(t, guard(f), { capture: true, passive: true }))

    // The browser's monotonic clock, which the documents of a tab share; never the wall clock.
    const clock = () => performance.timeOrigin + performance.now()

    // 48 bits of time, so that rows sorted by id are nearly sorted by time, and 20 random digits:
    // decimal ones are hexadecimal too.
    const newID = () => 0 + clock().toString(16).slice(0, 11) + crypto.getRandomValues(new Uint32Array(4)).join('').slice(0, 20)

    // What could not be delivered waits in sessionStorage.footfall.
    const keep = guard(e => {
      sessionStorage.footfall = JSON.stringify([...JSON.parse(sessionStorage.footfall || '[]'), e].slice(-20))
    })
    const flush = guard(() => {
      const waiting = sessionStorage.footfall
      delete sessionStorage.footfall
      JSON.parse(waiting).map(send) // fails when nothing waits
    })

    // send delivers an event, whose age_ms is the time when it happened. A string goes as text/plain
    // and needs no preflight. While the page is here fetch goes first, since only fetch tells whether
    // the collector took the event; a page that goes away uses sendBeacon. Where those are forbidden
    // an image may pass. What was refused is not sent again.
    const send = e => {
      const to = data.endpoint || new URL('v1/events', tag.src)
      const body = JSON.stringify({ ...e, age_ms: clock() - e.age_ms | 0 })
      if (!n.onLine) keep(e)
      else if (!away || !n.sendBeacon?.(to, body)) fetch(to, { method: 'POST', body, keepalive: true }).then(
        answer => answer.status > 428 ? keep(e) : flush()
      ).catch(() => {
        const image = new Image
        image.onerror = () => keep(e)
        image.src = to + '?event=' + encodeURIComponent(body)
      })
    }

    const deepen = () => depth = Math.max(depth, scrollY + innerHeight)

    // post sends an event of the view. Titles and addresses are cut so that they stay below the
    // collector's limits. The request id is the web server's of the request that brought the page; one
    // from a cache is somebody else's. It is read here, and not when the view starts, since Firefox may
    // not know the size of a page that it has just loaded.
    const post = (type, more) => send({
      ...page,
      request_id: nav?.serverTiming?.find(x => x.name == 'rid' && nav.transferSize)?.description,
      type, event_id: newID(), age_ms: clock(), title: d.title.slice(0, 170), screen_px: innerWidth,
      scroll_pct: Math.min(100, 100 * deepen() / d.documentElement.scrollHeight + .5 | 0), ...more
    })

    // tick brings the engaged time up to date, and starts or stops its clock. Without input for 60 s
    // nobody is reading.
    const tick = () => {
      const now = Math.min(clock(), input + 6e4)
      if (running) engaged += now - since
      since = now
      running = !away && d.hasFocus()
    }

    // report sends the page view that is due, and the cumulative engaged time when it has grown.
    const report = guard(viewOnly => {
      tick()
      if (due) post('pageview', { age_ms: due })
      due = 0
      if (!viewOnly && counted && engaged > reported) post('engagement', { engaged_ms: (reported = engaged) | 0 })
    })

    // seen is for every sign of life, and for the page's appearing and disappearing: a view counts
    // once somebody can see it, not while it is prerendered or in a background tab. The page view is
    // sent half a second later, when a single-page app has set its title, or when the page goes.
    const seen = () => {
      if (away = d.hidden) return report()
      tick()
      input = since = clock()
      if (
        page && !counted && !(data.exclude && page.url.match(data.exclude)) &&
        ('ignoreGpc' in data || !n.globalPrivacyControl) && !('dnt' in data && n.doNotTrack == 1)
      ) {
        counted = 1
        due = since
        setTimeout(report, 500, 1)
      }
      held.splice(0).map(call => w.footfall(...call))
    }

    const address = () => location.href.split('hash' in data ? ' ' : '#')[0].slice(0, 2048)

    const view = url => {
      report() // what ran until here belonged to the view before
      nav = !page && performance.getEntriesByType('navigation')[0]
      page = {
        site: data.site, url: url || address(), view_id: newID(),
        referrer: page?.url || d.referrer.slice(0, 2048)
      }
      reported = -1
      counted = engaged = depth = 0
      seen()
    }

    const auto = () => 'manual' in data || view()

    // routed starts a new view when a single-page app has changed the address.
    const routed = guard(() => address() == page.url || auto())

    w.footfall = guard((name, props) => {
      if (name == 'pageview') view(props?.url)
      else if (counted) post('custom', { name, props })
      else if (away || !page) held.push([name, props])
    })
    w.footfall.on = 1
    auto()
    seen();

    ['pushState', 'replaceState'].map(name => {
      const original = history[name]
      history[name] = (...x) => {
        original.apply(history, x)
        routed()
      }
    })
    listen('popstate', routed)
    listen('pointerdown pointermove wheel keydown focus blur visibilitychange', seen)
    listen('pageshow', e => e.persisted && auto()) // back from the browser's cache: a new view
    listen('scroll', deepen)
    listen('online', flush)
    listen('pagehide', () => { away = 1; report() })
    setInterval(report, 3e4)
  }
} catch { /* the page must not notice */ }
