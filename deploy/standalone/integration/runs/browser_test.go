package runs

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/chromium"
	"github.com/footfall-analytics/footfall/pkg/dashboard"
	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/figures"
	"github.com/footfall-analytics/footfall/pkg/dashboard/jobs"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/sites"
)

// page is the console in a real Chromium, opened by an admin.
type page struct {
	t    *testing.T
	ctx  context.Context
	base string
}

func browse(t *testing.T, day ledger.Day, site, path string) page {
	t.Helper()
	dir := sites.Of(sites.Site{Key: site, Zone: day.Zone})
	ada := as{Name: "ada", Role: access.Admin, All: true, Via: access.Open}
	server := httptest.NewServer(dashboard.New(ada, slog.New(slog.DiscardHandler), figures.New(store, dir), jobs.New(store, dir)).Handler())
	t.Cleanup(server.Close)
	tab, _ := chromium.Launch(t)
	ctx, cancel := context.WithTimeout(tab, 3*time.Minute)
	t.Cleanup(cancel)
	p := page{t, ctx, server.URL}
	p.open(path)
	return p
}

func (p page) open(path string) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, chromedp.Navigate(p.base+path)); err != nil {
		p.t.Fatal(err)
	}
}

// until waits for a condition in the page.
func (p page) until(condition string) {
	p.t.Helper()
	script := `new Promise((yes) => { const look = () => { let ok = false; try { ok = ` + condition + ` } catch {} ok ? yes(true) : requestAnimationFrame(look) }; look() })`
	ctx, cancel := context.WithTimeout(p.ctx, time.Minute)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[any](script, chromedp.EvalAwaitPromise)); err != nil {
		text, _ := chromedp.Run(p.ctx, chromedp.Evaluate[string](`document.body.innerText`)) // may be gone, too
		p.t.Fatalf("waited for %s: %v\n%s", condition, err, text)
	}
}

// click clicks the button that has a name, once it is there.
func (p page) click(name string) {
	p.t.Helper()
	find := `[...document.querySelectorAll('dialog[open] button, main button')].find(b => (b.ariaLabel ?? b.innerText) === '` + name + `')`
	p.until(`!!` + find)
	p.until(`(` + find + `.click(), true)`)
}

// TestCancelInBrowser: a person sees on the page Runs that a run is on, and stops it there: the page says
// what that means before, and who did it afterwards.
func TestCancelInBrowser(t *testing.T) {
	day := dayIn(t, "2021-02-12", "Pacific/Guam")
	insert(t, view("browsed", day.Start().Add(time.Hour), "/"))
	before := publish(t, day, "browsed").Checksums
	there := make(chan struct{})
	answeringOn(t, halfway{store, there}, day.Zone, "browsed")
	r := ask(t, day, nil)
	<-there
	p := browse(t, day, "browsed", "/runs?month=2021-02&day=2021-02-12&zone=Pacific/Guam")
	p.until(`document.querySelector('dialog[open]').innerText.includes('Running')`)
	p.click("Close")
	p.click("Cancel Fri 12 Feb 2021, asked for by ada")
	p.until(`document.querySelector('dialog[open]').innerText.includes('publishes nothing')`)
	p.click("Go on computing")
	p.until(`!document.querySelector('dialog[open]')`)
	p.click("Cancel Fri 12 Feb 2021, asked for by ada")
	p.click("Stop the run")
	ended(t, r, ledger.RequestCancelled, "what was published stays")
	p.until(`!document.querySelector('main').innerText.includes('not computed yet')`)
	p.until(`[...document.querySelectorAll('main tr')].some(r => r.innerText.includes('12 Feb') && r.innerText.includes('Final'))`)
	p.open("/runs?month=2021-02&day=2021-02-12&zone=Pacific/Guam")
	p.until(`document.querySelector('dialog[open]').innerText.includes('cancelled by ada')`)
	unchanged(t, day, before)
}
