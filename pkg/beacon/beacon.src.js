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
// data-gpc       "ignore" counts browsers that send Global Privacy Control; by default they are not
// data-dnt       does not count browsers that send Do Not Track
//
// footfall(name, props) reports an event of the site's own; footfall('pageview', {url}) starts a view.
//
// It sets no cookie and stores nothing but events that could not be delivered, the last 20 of them,
// until they are or the tab is closed. No error of it reaches the page. beacon.js is built from this
// file: go generate ./pkg/beacon
try {
  const w = window, d = document, n = navigator
  const tag = d.currentScript, data = tag.dataset
  const queue = w.footfall?.q // calls from before this script was here
  const here = !w.footfall || queue // or else the script is here already
  if (here) w.footfall = () => {}
  if (here && (!n.globalPrivacyControl || data.gpc == 'ignore') && (data.dnt == null || n.doNotTrack != 1)) {

    // The view: one page as it was shown once.
    let page // what all of its events say
    let counted // somebody has seen it
    let due // when it was seen, until its page view is sent
    let held = [] // calls from before it was seen
    let engaged // ms so far
    let reported // engaged ms as last sent
    let depth // furthest pixel seen

    // The clock of engagement runs while the page is here, focused, and input is recent.
    let running, since, input

    let away // the page is hidden or going: nobody will hear an answer

    // The web server's id of the request that brought this page; one from a cache is somebody else's.
    const nav = performance.getEntriesByType('navigation')[0]
    let request = nav.transferSize ? nav.serverTiming?.find(x => x.name == 'rid')?.description : ''

    const guard = f => (...x) => { try { f(...x) } catch { /* the page must not notice */ } }
    const listen = (types, f) => types.split(' ').map(t => addEventListener(t, guard(f), true))

    // The browser's monotonic clock, which the documents of a tab share; never the wall clock.
    const clock = () => performance.timeOrigin + performance.now()

    // UUID version 7: 48 bits of time, then random digits, so that rows sorted by id are nearly sorted
    // by time. Decimal digits are hexadecimal ones too.
    const newID = () => {
      const random = crypto.getRandomValues(new Uint32Array(4)).join('')
      return 0 + clock().toString(16).slice(0, 11) + 7 + random.slice(0, 3) + 8 + random.slice(3, 18)
    }

    // What could not be delivered waits in sessionStorage.footfall.
    const waiting = () => JSON.parse(sessionStorage.footfall || '[]')
    const keep = e => { sessionStorage.footfall = JSON.stringify([...waiting(), e].slice(-20)) }
    const flush = () => {
      const events = waiting()
      delete sessionStorage.footfall
      events.map(send)
    }

    // send delivers an event, whose age_ms is the time when it happened. A string goes as text/plain
    // and needs no preflight. While the page is here fetch goes first, since only fetch tells whether
    // the collector took the event; a page that goes away uses sendBeacon. Where those are forbidden
    // an image may pass. What was refused is not sent again.
    const send = e => {
      const to = data.endpoint || new URL('v1/events', tag.src)
      const body = JSON.stringify({ ...e, age_ms: clock() - e.age_ms | 0 })
      if (!n.onLine) keep(e)
      else if (!away || !n.sendBeacon?.(to, body)) fetch(to, { method: 'POST', body, keepalive: true }).then(
        guard(answer => answer.status > 428 ? keep(e) : flush()),
        () => Object.assign(new Image, { onerror: guard(() => keep(e)), src: to + '?event=' + encodeURIComponent(body) })
      )
    }

    // post sends an event of the view. Titles and addresses are cut so that they stay below the
    // collector's limits.
    const post = (type, more) => {
      tick()
      send({
        ...page, type, event_id: newID(), age_ms: since, title: d.title.slice(0, 170), screen_px: innerWidth,
        scroll_pct: Math.min(100, 100 * depth / d.documentElement.scrollHeight + .5 | 0), ...more
      })
    }

    // tick brings the figures up to date, and starts or stops the clock of engagement. Without input
    // for 60 s nobody is reading.
    const tick = () => {
      const now = clock()
      if (running) engaged += Math.max(0, Math.min(now, input + 6e4) - since)
      since = now
      running = !away && d.hasFocus()
      depth = Math.max(depth, scrollY + innerHeight)
    }

    const announce = guard(() => {
      if (due) post('pageview', { age_ms: due })
      due = 0
    })

    // report sends the cumulative engaged time when it has grown.
    const report = guard(() => {
      announce()
      tick()
      if (counted && engaged > reported) post('engagement', { engaged_ms: (reported = engaged) | 0 })
    })

    // seen is for every sign of life, and for the page's appearing and disappearing: a view begins, and
    // counts, once somebody can see it, not while it is prerendered or in a background tab.
    const seen = wait => {
      if (away = d.hidden) return report()
      if (!page) return auto()
      tick()
      input = since
      if (counted || data.exclude && page.url.match(data.exclude)) return
      counted = 1
      due = since
      setTimeout(announce, wait)
      held.map(call => w.footfall(...call))
    }

    const address = () => location.href.split(data.hash == null ? '#' : ' ')[0].slice(0, 2048)

    const view = (wait, url) => {
      report() // what ran until here belonged to the view before
      page = {
        site: data.site, url: url || address(), view_id: newID(), request_id: request,
        referrer: (page ? page.url : d.referrer).slice(0, 2048)
      }
      held = []
      reported = -1
      counted = engaged = 0
      request = ''
      seen(wait)
      depth = 0
    }

    const auto = wait => data.manual == null && view(wait)

    // routed starts a new view when a single-page app has changed the address, and gives the app half
    // a second to set the title.
    const routed = guard(() => address() == page.url || auto(500))

    w.footfall = guard((name, props) => {
      if (name == 'pageview') view(0, props?.url)
      else if (counted) post('custom', { name, props })
      else held.push([name, props])
    })
    seen()
    queue?.map(call => w.footfall(...call))

    ['pushState', 'replaceState'].map(name => {
      const original = history[name]
      history[name] = (...x) => {
        original.apply(history, x)
        routed()
      }
    })
    listen('popstate', routed)
    listen('scroll pointerdown pointermove keydown focus blur visibilitychange pageshow', seen)
    listen('online', flush)
    listen('pagehide', () => { away = 1; report(); page = counted = 0 }) // restored, it is a new view
    setInterval(report, 3e4)
  }
} catch { /* the page must not notice */ }
