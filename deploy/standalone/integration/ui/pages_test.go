package ui

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// pages are all pages of the dashboard with what must stand on them.
var pages = []struct{ name, path, want string }{
	{"overview", "/overview?" + question, "Over time"},
	{"live", "/live?site=" + site, "30 minutes"},
	{"pages", "/pages?" + question, "/blog/unknown-is-not-zero"},
	{"page", "/pages?" + question + "&open=%2Fpricing", "/pricing"},
	{"entries", "/entries?" + question, "/docs/install"},
	{"sources", "/sources?" + question, "search.example"},
	{"campaigns", "/campaigns?" + question, "spring"},
	{"addresses", "/addresses?" + question, "203.0.113."},
	{"address", "/address?" + question + "&ip=203.0.113.7", "203.0.113.7"},
	{"networks", "/networks?" + question, "University of Example"},
	{"companies", "/companies?" + question, "First <b>Bank</b>"},
	{"countries", "/countries?" + question, "unknown"},
	{"cities-unknown", "/countries?by=cities&" + question, "No city is known"},
	{"devices", "/devices?" + question, "Firefox"},
	{"sessions", "/sessions?" + question, "203.0.113."},
	{"events", "/events?" + question, "signup"},
	{"witnesses", "/witnesses?" + question, "15 Mar"},
	{"definitions", "/definitions?" + question, "Unknown time adds nothing"},
}

// size makes the window so large, and waits until the page knows.
func (b *tab) size(width, height int64) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, chromedp.EmulateViewport(width, height)); err != nil {
		b.t.Fatal(err)
	}
	b.until("the size", fmt.Sprintf(`innerWidth === %d && innerHeight === %d`, width, height))
}

// scheme makes the person one who likes "light" or "dark", and nothing that moves: what is half faded in
// would be measured as it is then.
func (b *tab) scheme(name string) {
	b.t.Helper()
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: name}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
}

func call[P, R any](b *tab, command cdp.Command[P, R], params P) R {
	b.t.Helper()
	result, err := chromedp.Call(b.ctx, command, params)
	if err != nil {
		b.t.Fatalf("%s: %v", command.Method, err)
	}
	return result
}

// Every page shows its figures, asks no other host, reads well for machines, and never scrolls sideways.
func TestEachPage(t *testing.T) {
	b := look(t, dashboard(product), "/overview?"+question)
	axe := axeScript(t)
	for _, p := range pages {
		for _, look := range []struct {
			scheme string
			width  int64
		}{{"light", 1280}, {"dark", 380}} {
			b.size(look.width, 900)
			b.scheme(look.scheme)
			b.open(p.path)
			b.until(p.name+" to show "+p.want, `document.querySelector('main').innerText.includes(`+quote(p.want)+`)`)
			b.until(fmt.Sprintf("%s (%s, %d px) not to scroll sideways", p.name, look.scheme, look.width), `document.documentElement.scrollWidth === document.documentElement.clientWidth`)
			b.accessible(axe, p.name+" "+look.scheme)
			b.harmless(p.name)
			if look.scheme == "light" {
				b.stored(p.name)
			}
		}
	}
	if urls := b.foreign(); len(urls) > 0 {
		t.Errorf("the pages ask other hosts: %v", urls)
	}
}

// harmless: what attackers sent stands in the page as text, and nothing of it has run.
func (b *tab) harmless(name string) {
	b.t.Helper()
	if hit := b.js(`window.hit === undefined && document.querySelectorAll('img[src="x"], main script, [onerror], a[href^="javascript:"]').length`); hit != 0.0 {
		b.t.Errorf("%s: an attacker's text became a part of the page (%v)", name, hit)
	}
}

// axeScript is axe-core as the UI's package lock pins it.
func axeScript(t *testing.T) string {
	t.Helper()
	root, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/footfall-analytics/footfall").Output()
	if err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "pkg/dashboard/web/node_modules/axe-core/axe.min.js"))
	if err != nil {
		t.Fatalf("axe-core is missing, run `make ui-test` first: %v", err)
	}
	return string(script)
}

// accessible asks axe for what people who cannot see or point would stumble over.
func (b *tab) accessible(axe, name string) {
	b.t.Helper()
	b.js(axe + `; 0`)
	found, _ := b.js(`axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.filter(v => v.impact === 'serious' || v.impact === 'critical')
		.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 200) + ' ' + (n.any[0]?.message ?? '')).join(' | ')).join('\n'))`).(string)
	if found != "" {
		b.t.Errorf("%s: axe finds\n%s", name, found)
	}
}

// stored keeps a picture of the page beside the test; -update writes it.
func (b *tab) stored(name string) {
	b.t.Helper()
	file := filepath.Join("testdata", name+".webp")
	if *update {
		quality := int64(70)
		shot := call(b, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatWebp, Quality: &quality})
		if err := os.WriteFile(file, shot.Data, 0o600); err != nil {
			b.t.Fatal(err)
		}
	}
	if _, err := os.Stat(file); err != nil {
		b.t.Errorf("%s has no stored picture; run with -update: %v", name, err)
	}
}
