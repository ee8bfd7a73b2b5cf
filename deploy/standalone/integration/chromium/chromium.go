// Package chromium starts a real Chromium for a test.
package chromium

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// preferences let pages be prerendered, which Debian's package turns off.
const preferences = `{"net":{"network_prediction_options":0}}`

// userAgent is not that of a headless browser, which is counted as a bot.
const userAgent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"

// Launch starts a browser with an empty profile, which ends with the test or with quit.
func Launch(t *testing.T) (ctx context.Context, quit context.CancelFunc) {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "Default"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "Default", "Preferences"), []byte(preferences), 0o600); err != nil {
		t.Fatal(err)
	}
	alloc, cancel := chromedp.NewExecAllocator(context.Background(), chromedp.ExecPath("chromium"), chromedp.Flag("headless", "new"),
		chromedp.NoSandbox, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.UserDataDir(dir), chromedp.UserAgent(userAgent),
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("disable-gpu", true), chromedp.Flag("process-per-site", true))
	t.Cleanup(cancel)
	ctx, quit = chromedp.NewContext(alloc)
	t.Cleanup(quit)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start chromium: %v", err)
	}
	return ctx, quit
}
