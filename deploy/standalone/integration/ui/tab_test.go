package ui

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/chromium"
)

// patience bounds every step; a step that waits longer has failed.
const patience = time.Minute

// tab is what a person looks at.
type tab struct {
	t    *testing.T
	ctx  context.Context
	base string

	mu    sync.Mutex
	asked []string // URLs that the pages asked for
}

// look opens a browser of its own on a page of the dashboard.
func look(t *testing.T, base, path string) *tab {
	t.Helper()
	ctx, _ := chromium.Launch(t)
	b := &tab{t: t, ctx: ctx, base: base}
	err := chromedp.Listen(ctx, func(event any) {
		if sent, ok := event.(*network.EventRequestWillBeSent); ok {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.asked = append(b.asked, sent.Request.URL)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	b.size(1280, 900)
	b.scheme("light")
	b.open(path)
	return b
}

// open goes to a page and waits until it has its figures.
func (b *tab) open(path string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Navigate(b.base+path)); err != nil {
		b.t.Fatalf("open %s: %v", path, err)
	}
	b.settled()
}

// settled waits until nothing is loading any more.
func (b *tab) settled() {
	b.t.Helper()
	b.until("the page to settle", `document.readyState === 'complete' && !!document.querySelector('main h1') && ![...document.querySelectorAll('[aria-busy="true"], .skeleton')].some(e => e.checkVisibility())`)
}

// until waits for a condition in the page, or for the promise of one. It outlives a page that is loaded anew.
func (b *tab) until(what, condition string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		held, err := evaluate(ctx, `(async () => { try { return !!(await (`+condition+`)) } catch { return false } })()`)
		if held == true {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			shown, _ := evaluate(b.ctx, `location.href + ' ' + document.body.innerText.slice(0, 300) + [...document.querySelectorAll('[aria-busy="true"], .skeleton')].map(e => e.outerHTML.slice(0, 200))`)
			b.t.Fatalf("waited in vain for %s: %v, %v", what, shown, err)
		}
	}
}

// js runs a script in the page.
func (b *tab) js(script string) any {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := evaluate(ctx, script)
	if err != nil {
		b.t.Fatalf("%s: %v", script, err)
	}
	return v
}

func evaluate(ctx context.Context, script string) (any, error) {
	v, err := chromedp.Run(ctx, chromedp.Evaluate[any](script, chromedp.EvalAwaitPromise))
	if errors.Is(err, chromedp.ErrJSUndefined) || errors.Is(err, chromedp.ErrJSNull) {
		err = nil
	}
	return v, err
}

// text is what the page shows.
func (b *tab) text() string {
	b.t.Helper()
	s, _ := b.js(`document.body.innerText`).(string)
	return s
}

// click clicks what has this text within what a selector finds, as soon as it is there and can be clicked.
func (b *tab) click(selector, text string) {
	b.t.Helper()
	find := `[...document.querySelectorAll(` + quote(selector) + `)].find(e => e.innerText.trim().startsWith(` + quote(text) + `))`
	b.until(selector+" "+text, `(e => { if (!e || e.disabled) return false; e.click(); return true })(`+find+`)`)
}

func quote(s string) string {
	return "`" + strings.NewReplacer("\\", `\\`, "`", "\\`", "${", `\${`).Replace(s) + "`"
}

// foreign are the requests that went to other hosts.
func (b *tab) foreign() (urls []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, u := range b.asked {
		if !strings.HasPrefix(u, b.base+"/") && !strings.HasPrefix(u, "data:") && u != "about:blank" {
			urls = append(urls, u)
		}
	}
	return urls
}
