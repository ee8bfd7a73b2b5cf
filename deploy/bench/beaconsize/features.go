package main

import (
	"fmt"
	"strings"
)

// feature is a part of the script and what the source looks like without it.
type feature struct {
	name    string
	changes [][2]string // from, to
}

// features name the parts that could be left out one by one. What the rest needs stays.
var features = []feature{
	{"retry queue", [][2]string{
		{`answer => answer.status > 428 ? keep(e) : flush()`, `() => {}`}, {`if (!n.onLine) keep(e)`, ``}, {`else if (!away`, `if (!away`},
		{"        image.onerror = () => keep(e)\n", ``}, {"    listen('online', flush)\n", ``},
		{"keep = guard(e => {\n      sessionStorage.footfall = JSON.stringify([...JSON.parse(sessionStorage.footfall || '[]'), e].slice(-20))\n    })", `keep = 0`},
		{"flush = guard(() => {\n      const waiting = sessionStorage.footfall\n      delete sessionStorage.footfall\n      JSON.parse(waiting).map(send) // fails when nothing waits\n    })", `flush = 0`},
	}},
	{"History API and hash routes", [][2]string{
		{"    ['pushState', 'replaceState'].map(name => {\n      const original = history[name]\n      history[name] = (...x) => {\n        original.apply(history, x)\n        routed()\n      }\n    })\n    listen('popstate', routed)\n", ``},
		{`const routed = guard(() => address() == page.url || auto())`, ``}, {`.split('hash' in data ? ' ' : '#')[0]`, ``},
	}},
	{"engaged time", [][2]string{
		{"      if (running) engaged += now - since\n", ``}, {"      running = !away && d.hasFocus()\n", ``}, {`const now = Math.min(clock(), input + 6e4)`, `const now = clock()`},
		{"      if (!viewOnly && counted && engaged > reported) post('engagement', { engaged_ms: (reported = engaged) | 0 })\n", ``},
		{`guard(viewOnly => {`, `guard(() => {`}, {`setTimeout(report, 500, 1)`, `setTimeout(report, 500)`}, {"      reported = -1\n", ``}, {`counted = engaged = depth = 0`, `counted = depth = 0`},
		{`input = since = clock()`, `since = clock()`}, {`'pointerdown pointermove wheel keydown focus blur visibilitychange'`, `'visibilitychange'`}, {"    setInterval(report, 3e4)\n", ``},
	}},
	{"custom events and the stub's queue", [][2]string{
		{"      else if (counted) post('custom', { name, props })\n      else if (away || !page) held.push([name, props])\n", ``},
		{`let held = w.footfall?.q || [] //`, `//`}, {"      held.splice(0).map(call => w.footfall(...call))\n", ``},
	}},
	{"scroll depth", [][2]string{
		{`const deepen = () => depth = Math.max(depth, scrollY + innerHeight)`, ``}, {"    listen('scroll', deepen)\n", ``},
		{"screen_px: innerWidth,\n      scroll_pct: Math.min(100, 100 * deepen() / d.documentElement.scrollHeight + .5 | 0), ...more", `screen_px: innerWidth, ...more`},
		{`counted = engaged = depth = 0`, `counted = engaged = 0`},
	}},
	{"request id of Server-Timing", [][2]string{
		{"      nav = !page && performance.getEntriesByType('navigation')[0]\n", ``},
		{"      request_id: nav?.serverTiming?.find(x => x.name == 'rid' && nav.transferSize)?.description,\n", ``},
	}},
	{"image where posting is forbidden", [][2]string{
		{"{\n        const image = new Image\n        image.onerror = () => keep(e)\n        image.src = to + '?event=' + encodeURIComponent(body)\n      }", `keep(e)`},
	}},
	{"GPC and DNT", [][2]string{
		{`('ignoreGpc' in data || !n.globalPrivacyControl) && !('dnt' in data && n.doNotTrack == 1)`, `1`},
	}},
	{"ids that grow with time", [][2]string{
		{`0 + clock().toString(16).slice(0, 11) + crypto.getRandomValues(new Uint32Array(4)).join('').slice(0, 20)`, `crypto.getRandomValues(new Uint32Array(4)).join('').slice(0, 32)`},
	}},
	{"back from the browser's cache", [][2]string{
		{"    listen('pageshow', e => e.persisted && auto()) // back from the browser's cache: a new view\n", ``},
	}},
	{"hidden and prerendered pages wait", [][2]string{{`if (away = d.hidden) return report()`, ``}}},
	{"excluded pages", [][2]string{{`!(data.exclude && page.url.match(data.exclude)) &&`, ``}}},
	{"manual mode", [][2]string{{`'manual' in data || view()`, `view()`}, {`if (name == 'pageview') view(props?.url)`, `if (0) 0`}, {`url: url || address()`, `url: address()`}, {`const view = url =>`, `const view = () =>`}}},
	{"sendBeacon when the page goes", [][2]string{{`else if (!away || !n.sendBeacon?.(to, body)) fetch`, `else fetch`}}},
	{"data-endpoint", [][2]string{{`data.endpoint || `, ``}}},
	{"a second tag counts once", [][2]string{{`if (!w.footfall?.on) {`, `{`}, {"    w.footfall.on = 1\n", ``}}},
	{"no error reaches the page", [][2]string{{`(...x) => { try { f(...x) } catch { /* the page must not notice */ } }`, `f`}}},
}

// without is the source without a feature.
func (f feature) without(source string) (string, error) {
	for _, c := range f.changes {
		if strings.Count(source, c[0]) != 1 {
			return "", fmt.Errorf("feature %q: %q stands %d times in the source, want once", f.name, c[0], strings.Count(source, c[0]))
		}
		source = strings.Replace(source, c[0], c[1], 1)
	}
	return source, nil
}
