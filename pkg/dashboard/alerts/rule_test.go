package alerts

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/pkg/mail"
)

func n(v float64) *float64 { return &v }

// When a condition holds, and when nobody knows.
func TestJudge(t *testing.T) {
	f := func(r Rule, in reading, want Verdict) {
		t.Helper()
		if got, _ := r.judge(in); got != want {
			t.Errorf("%s of %v is %s, want %s", r.condition(), in, got, want)
		}
	}
	above, below := Rule{Above: n(10)}, Rule{Below: n(10)}
	f(above, reading{value: n(10)}, Clear)
	f(above, reading{value: n(10.5)}, Holds)
	f(above, reading{}, Unknown)
	f(below, reading{value: n(10)}, Clear)
	f(below, reading{value: n(0)}, Holds)
	f(below, reading{}, Unknown) // not 0
	f(Rule{BeaconShareBelow: n(0.5)}, reading{value: n(0.49)}, Holds)
	f(Rule{BeaconShareBelow: n(0.5)}, reading{value: n(0.5)}, Clear)
	f(Rule{BeaconShareBelow: n(0.5)}, reading{}, Unknown) // no views
	minute := time.Minute
	f(Rule{NoData: &minute}, reading{value: n(59)}, Clear)
	f(Rule{NoData: &minute}, reading{value: n(60)}, Holds)

	same := func(a, b, c, d float64) []*float64 { return []*float64{n(a), n(b), n(c), n(d)} }
	off := Rule{DeviatesPercent: n(50)}
	f(off, reading{n(151), same(100, 100, 100, 100)}, Holds) // spread 0: the percentage decides
	f(off, reading{n(150), same(100, 100, 100, 100)}, Clear)
	f(off, reading{n(49), same(100, 100, 100, 100)}, Holds)
	f(off, reading{n(100), same(100, 100, 100, 100)}, Clear)
	f(off, reading{n(200), same(50, 150, 50, 150)}, Clear) // within three spreads of 57.7
	f(off, reading{n(280), same(50, 150, 50, 150)}, Holds)
	f(off, reading{n(0), same(0, 0, 0, 0)}, Clear)
	f(off, reading{n(1), same(0, 0, 0, 0)}, Holds)
	f(off, reading{n(500), []*float64{n(100), nil, n(100), n(100)}}, Unknown)
	f(off, reading{n(500), same(100, 100, 100, 100)[:3]}, Unknown)
	f(off, reading{n(500), nil}, Unknown)
	f(off, reading{nil, same(100, 100, 100, 100)}, Unknown)
}

// A wrong value stops the start, with the rule's name and the value.
func TestRules(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("hush"), 0o600); err != nil {
		t.Fatal(err)
	}
	ways := Ways{Mail: mail.Config{Server: "mail.example.com", TLS: "starttls", From: "a@example.com"}}
	const head = "defaults: {to: [anna@example.com]}\nrules:\n"
	f := func(text string, want ...string) {
		t.Helper()
		_, err := Config{}.parse([]byte(text), ways)
		if len(want) == 0 && err == nil {
			return
		}
		for _, w := range want {
			if err == nil || !strings.Contains(err.Error(), w) {
				t.Errorf("%s: %v, want %q", text, err, w)
			}
		}
		if len(want) == 0 {
			t.Errorf("%s: %v", text, err)
		}
	}
	rule := func(rest string) string { return head + "  - {name: r, site: blog, " + rest + "}\n" }
	f(rule("figure: sessions, below: 10, filters: ['path:/a*', 'ip:203.0.113.0/24'], bots: all"))
	f(rule("figure: live_views, above: 0"))
	f(rule("figure: spent_ms, deviates_percent: 50"))
	f(rule("beacon_share_below: 0.5"))
	f(rule("no_data: 30m, webhook: 'https://hooks.example.com/x', webhook_secret_file: '" + secret + "'"))
	f("", "lists no rule")
	f(head+"  - {name: r, site: blog, no_data: 1h}\n---\n", "one YAML document")
	f(head+"  - {name: r, site: blog, no_data: 1h}\n  - {name: r, site: blog, no_data: 1h}\n", `rule 2 ("r")`, "twice")
	f(head+"  - {name: 'R r', site: blog, no_data: 1h}\n", `name "R r"`)
	f(head+"  - {name: r, site: 'no such', no_data: 1h}\n", `rule 1 ("r")`, "no such")
	f(rule("figure: sessions, belo: 10"), "belo")
	f(rule("figure: sessions"), `rule 1 ("r")`, "0 conditions")
	f(rule("figure: sessions, above: 1, below: 2"), "2 conditions")
	f(rule("figure: visitors, above: 1"), `figure "visitors"`)
	f(rule("above: 1"), `figure ""`)
	f(rule("figure: sessions, below: 0"), "below 0")
	f(rule("figure: sessions, above: -1"), "above -1")
	f(rule("figure: sessions, above: .nan"), "above NaN")
	f(rule("beacon_share_below: 50"), "beacon_share_below 50")
	f(rule("figure: sessions, beacon_share_below: 0.5"), `figure "sessions"`)
	f(rule("no_data: 10s"), "no_data 10s")
	f(rule("no_data: soon"), "soon")
	f(rule("figure: live_views, deviates_percent: 50"), "live_views")
	f(rule("figure: live_views, above: 1, filters: ['path:/a']"), "path:/a")
	f(rule("figure: sessions, above: 1, filters: ['paths:/a']"), `rule 1 ("r")`, "paths:/a")
	f(rule("figure: sessions, above: 1, bots: some"), `bots "some"`)
	f(rule("no_data: 1h, to: ['anna']"), `"anna"`)
	f(rule("no_data: 1h, webhook: 'http://hooks.example.com/'"), "http://hooks.example.com/")
	f(rule("no_data: 1h, webhook: 'https://hooks.example.com/', webhook_secret_file: /nowhere"), "/nowhere")
	f("rules:\n  - {name: r, site: blog, no_data: 1h}\n", `rule 1 ("r")`, "nobody")
	if _, err := (Config{}).parse([]byte(rule("no_data: 1h")), Ways{}); err == nil || !strings.Contains(err.Error(), "dashboard-weekly-mail-server") {
		t.Errorf("without a mail server: %v", err)
	}
}

// What attackers write stays text, and one line.
func TestMessageOfHostileText(t *testing.T) {
	hostile := "path:/<script>alert(1)</script>\r\nBcc: eve@example.com\u202e"
	m := Message{Rule: "r", Site: "blog", Figure: "sessions", Value: n(3), Condition: "below 10", Filters: []string{hostile}, URL: "https://stats.example.com/alerts"}
	got := m.mail("anna@example.com")
	if strings.Contains(got.HTML, "<script") || !strings.Contains(got.HTML, "&lt;script&gt;") || strings.ContainsAny(got.Text, "\r\u202e") || strings.Contains(got.Text, "\nBcc") {
		t.Errorf("%s\n%s", got.HTML, got.Text)
	}
	if got.Subject != "blog: sessions 3, below 10 (r)" {
		t.Errorf("subject %q", got.Subject)
	}
}

// Numbers in messages are grouped and times have units, as everywhere else.
func TestMessageOfLargeNumbers(t *testing.T) {
	f := func(r Rule, value float64, want string) {
		t.Helper()
		r.Name, r.Site = "r", "blog"
		m := (&Alerts{}).message(r, judgement{day: "2026-01-31", verdict: Holds, value: &value, usual: n(1234.567)})
		if got := m.Subject(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		if text := m.mail("anna@example.com").Text; r.Figure == "accesses" && !strings.Contains(text, "Value: 2,345,678\nCondition: above 1,000,000\nUsual: 1,234.57\n") {
			t.Errorf("the mail is %s", text)
		}
	}
	half := 90 * time.Minute
	f(Rule{Figure: "accesses", Above: n(1_000_000)}, 2_345_678, "2026-01-31 blog: accesses 2,345,678, above 1,000,000 (r)")
	f(Rule{Figure: "spent_ms", Above: n(3_600_000)}, 940_000, "2026-01-31 blog: spent_ms 15 min 40 s, above 1 h (r)")
	f(Rule{Figure: beaconShare, BeaconShareBelow: n(0.5)}, 0.125, "2026-01-31 blog: beacon_share 12.5 %, below 50.0 % (r)")
	f(Rule{Figure: received, NoData: &half}, 5400, "blog: received none for 1 h 30 min, none for 1 h 30 min (r)")
}
