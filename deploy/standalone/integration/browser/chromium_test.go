package browser

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	launcher "github.com/footfall-analytics/footfall/deploy/standalone/integration/chromium"
)

// chromium is a browser of one test: a process, or a context and window of its own in a shared one.
type chromium struct {
	ctx  context.Context
	quit context.CancelFunc // ends the process
}

// newChromium starts a browser that ends with the test.
func newChromium(t *testing.T) *chromium {
	t.Helper()
	ctx, quit := launcher.Launch(t)
	return &chromium{ctx, quit}
}

// tab is a tab that a test drives.
type tab struct {
	t       *testing.T
	browser *chromium
	ctx     context.Context
}

// open opens a page in a tab of the browser's window, in front of the others, and waits until it has loaded.
func (c *chromium) open(t *testing.T, url string, options ...chromedp.ContextOption) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(c.ctx, append([]chromedp.ContextOption{chromedp.WithNewWindow(false)}, options...)...)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // the tab lives as long as the context of its first action
		t.Fatal(err)
	}
	b := &tab{t, c, ctx}
	b.navigate(url)
	return b
}

// openBehind opens a page in a tab that nobody sees, and that no tool is attached to.
func (c *chromium) openBehind(t *testing.T, url string) target.ID {
	t.Helper()
	behind := true
	created, err := chromedp.CallBrowser(c.ctx, target.CreateTarget, target.CreateTargetParams{URL: url, Background: &behind})
	if err != nil {
		t.Fatal(err)
	}
	return created.TargetID
}

// openWindow opens a page in a window of its own, which is seen.
func (c *chromium) openWindow(t *testing.T, url string) target.ID {
	t.Helper()
	window := true
	created, err := chromedp.CallBrowser(c.ctx, target.CreateTarget, target.CreateTargetParams{URL: url, NewWindow: &window})
	if err != nil {
		t.Fatal(err)
	}
	return created.TargetID
}

// openFront is openBehind with a tab that is seen.
func (c *chromium) openFront(t *testing.T, url string) target.ID {
	t.Helper()
	id := c.openBehind(t, url)
	c.show(t, id)
	return id
}

// show brings a tab to the front.
func (c *chromium) show(t *testing.T, id target.ID) {
	t.Helper()
	if _, err := chromedp.CallBrowser(c.ctx, target.ActivateTarget, target.ActivateTargetParams{TargetID: id}); err != nil {
		t.Fatal(err)
	}
}

// close closes a tab as its user does.
func (c *chromium) close(t *testing.T, id target.ID) {
	t.Helper()
	if _, err := chromedp.CallBrowser(c.ctx, target.CloseTarget, target.CloseTargetParams{TargetID: id}); err != nil {
		t.Fatal(err)
	}
}

// patience bounds every step; a step that waits longer has failed.
const patience = 2 * time.Minute

func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// js runs a script in the page; one that navigates away has no value.
func (b *tab) js(script string) any {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[any](script, chromedp.EvalAwaitPromise))
	if err != nil && !errors.Is(err, chromedp.ErrJSUndefined) && !errors.Is(err, chromedp.ErrJSNull) {
		b.t.Fatalf("%s: %v", script, err)
	}
	return v
}

// navigate opens a page and waits until it has loaded.
func (b *tab) navigate(url string) { b.t.Helper(); b.do(chromedp.Navigate(url)) }

// click clicks into the page, which gives it the focus.
func (b *tab) click() { b.t.Helper(); b.do(chromedp.MouseClickXY(200, 200)) }

// wheel turns the wheel; the library leaves out a DeltaX of 0, without which the browser takes no event.
func (b *tab) wheel(pixels float64) {
	b.t.Helper()
	call(b, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseWheel, X: 200, Y: 200, DeltaX: 1, DeltaY: pixels})
}

// show and close ask the browser and not the page, which may be about to be another one.
func (b *tab) show()  { b.t.Helper(); b.browser.show(b.t, b.id()) }
func (b *tab) close() { b.t.Helper(); b.browser.close(b.t, b.id()) }

func (b *tab) id() target.ID { return chromedp.FromContext(b.ctx).Target.TargetID }

// blank opens an empty tab, in which scripts can be planted before the first page.
func (c *chromium) blank(t *testing.T, scripts ...string) *tab {
	t.Helper()
	b := c.open(t, "about:blank")
	for _, script := range scripts {
		call(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
	}
	return b
}

func call[P, R any](b *tab, command cdp.Command[P, R], params P) R {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	result, err := chromedp.Call(ctx, command, params)
	if err != nil {
		b.t.Fatalf("%s: %v", command.Method, err)
	}
	return result
}
