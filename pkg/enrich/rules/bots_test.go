package rules

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestBotReasons(t *testing.T) {
	r := standard(t)
	f := func(userAgent string, want uint64) {
		t.Helper()
		if got := r.BotReasons(userAgent); got != want {
			t.Errorf("%q: %q, want %q", userAgent, Reasons(got), Reasons(want))
		}
	}
	// People, old and new.
	f("Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/32.0.1700.107 Safari/537.36", 0)
	f("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0", 0)
	f("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", 0)
	f("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1", 0)
	f("Mozilla/5.0 (Linux; Android 10; CUBOT NOTE 20) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36", 0)
	f("Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1)", 0)
	f("Opera/9.80 (X11; Linux x86_64) Presto/2.12.388 Version/12.16", 0)
	f("Lynx/2.8.7rel.2 libwww-FM/2.14 SSL-MM/1.4.1", 0)
	f("", 0) // an event tells that it has none

	f("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", Crawler)
	f("Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)", Crawler)
	f("Mozilla/5.0 (compatible; OurOwnBot; like nothing else)", Crawler)
	f("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/131.0.0.0 Safari/537.36", Headless)
	f("curl/8.11.0", Library)
	f("Go-http-client/1.1", Library)
	f("python-requests/2.31.0", Library)
	f("-", Nonsense)
	f("Mozilla/5.0", Nonsense)
	f("1.0", Nonsense)
}

func TestProbes(t *testing.T) {
	r := standard(t)
	for path, want := range map[string]bool{"/.env": true, "/.git/config": true, "/wp-login.php": true, "/": false, "/blog/wp-login.php": false, "/.well-known/x": false} {
		if got := r.IsProbe(path); got != want {
			t.Errorf("%s: %t, want %t", path, got, want)
		}
	}
}

func TestReasons(t *testing.T) {
	got := Reasons(Hosting | Crawler | 1<<40)
	want := []string{"the address belongs to a hosting network", "the user-agent is a crawler's", "bits 0x10000000000"}
	if !slices.Equal(got, want) || Reasons(0) != nil {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestOwnBots: an operator's file may call a listed crawler a person, and the other way round.
func TestOwnBots(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bots.json")
	if err := os.WriteFile(path, []byte(`{"version": "ours", "crawlers": ["^Acme "], "people": ["Googlebot"]}`), 0o644); err != nil {
		t.Fatal(err)
	}
	r, err := Read(Config{BotsConfig: BotsConfig{Bots: path}})
	if err != nil {
		t.Fatal(err)
	}
	if views, _ := r.Rate(); views != 0 {
		t.Error("a rule that the file leaves out holds")
	}
	if r.BotReasons("Acme 1") != Crawler || r.BotReasons("Googlebot/2.1") != 0 || r.BotReasons("bingbot/2.0") != Crawler {
		t.Error("the file has not been followed")
	}
	if want := "channels 1, ours, crawler-user-agents 1.60.0"; r.Version() != want {
		t.Errorf("version %q, want %q", r.Version(), want)
	}
	for _, broken := range []string{`{}`, `{"version": "1", "crawlers": ["("]}`, `{"version": "1", "robots": []}`,
		`{"version": "1", "rate": {"views": 60}}`, `{"version": "1", "rate": {"views": 60, "seconds": 86401}}`, `{"version": "1", "rate": {"views": 1e10, "seconds": 1}}`,
		`{"version": "1", "log_without_beacon": {"views": 10}}`, `{"version": "1", "log_without_beacon": {"views": 1, "common_addresses": 1, "common_percent": 101}}`,
	} {
		if err := os.WriteFile(path, []byte(broken), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(Config{BotsConfig: BotsConfig{Bots: path}}); err == nil {
			t.Errorf("%s was read", broken)
		}
	}
}

// TestNumbers: those that a day is computed by.
func TestNumbers(t *testing.T) {
	r, err := ParseBots([]byte(`{"version": "1", "rate": {"views": 7, "seconds": 90}, "log_without_beacon": {"views": 8, "common_addresses": 9, "common_percent": 10}}`), []byte("# no list\n"))
	if err != nil {
		t.Fatal(err)
	}
	views, within := r.Rate()
	silent, addresses, percent := r.LogWithoutBeacon()
	if got, want := [5]int{views, int(within.Seconds()), silent, addresses, percent}, [5]int{7, 90, 8, 9, 10}; got != want {
		t.Errorf("%d, want %d", got, want)
	}
}

func BenchmarkBotReasons(b *testing.B) {
	r, err := Read(Config{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		r.BotReasons("Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/32.0.1700.107 Safari/537.36")
	}
}
