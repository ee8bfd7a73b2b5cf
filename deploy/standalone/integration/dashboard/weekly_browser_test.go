package dashboard

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/chromium"
	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/weekly"
)

// TestWeeklyInABrowser: under its policy the preview has its style and its picture, and nothing that
// visitors sent runs.
func TestWeeklyInABrowser(t *testing.T) {
	c := serve(t, weekly.Config{}, access.Everyone{})
	ctx, _ := chromium.Launch(t)
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	var mu sync.Mutex
	var trouble []string
	err := chromedp.Listen(ctx, func(e any) {
		mu.Lock()
		defer mu.Unlock()
		switch e := e.(type) {
		case *page.EventJavascriptDialogOpening:
			trouble = append(trouble, "dialog "+e.Message)
		case *log.EventEntryAdded:
			trouble = append(trouble, e.Entry.Text)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, log.Enable, cdp.Empty{}); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(ctx, chromedp.Navigate(c.base+"/sites/weekly/weekly/preview?week="+weeklyWeek)); err != nil {
		t.Fatal(err)
	}
	f := func(script string, want any) {
		t.Helper()
		if got, err := chromedp.Run(ctx, chromedp.Evaluate[any](script)); err != nil || got != want {
			t.Errorf("%s is %v (%v), want %v", script, got, err, want)
		}
	}
	f(`document.images[0].naturalWidth`, 1280.0)
	f(`getComputedStyle(document.body).backgroundColor`, "rgb(243, 245, 247)")
	f(`document.scripts.length`, 0.0)
	f("document.body.innerText.includes(`"+hostile[0]+"`)", true)
	mu.Lock()
	defer mu.Unlock()
	if len(trouble) != 0 {
		t.Errorf("the browser says %q", trouble)
	}
}
