package dashboard

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/footfall-analytics/footfall/pkg/dashboard"
	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/figures"
	"github.com/footfall-analytics/footfall/pkg/dashboard/weekly"
	"github.com/footfall-analytics/footfall/pkg/sites"
)

var update = flag.Bool("update", false, "write the golden files anew")

// posted is what a webhook got.
type posted struct {
	header http.Header
	body   []byte
}

// hook is a webhook that refuses the first calls.
func hook(t *testing.T, refused int) (string, chan posted) {
	t.Helper()
	got := make(chan posted, 20)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Method != http.MethodPost {
			t.Errorf("%s: %v", r.Method, err)
		}
		got <- posted{r.Header, body}
		if refused > 0 {
			refused--
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL + "/hook?token=" + unique("x"), got
}

// byHook are settings that post reports, signed.
func byHook(t *testing.T, refused int) (weekly.Config, chan posted) {
	t.Helper()
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("long and hard\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	address, got := hook(t, refused)
	cfg := weekly.Config{Sites: []string{weeklySite}, Webhook: address, WebhookSecretFile: secret, At: "Mon 07:00"}
	if err := cfg.Validate(); err != nil {
		t.Fatal(err)
	}
	return cfg, got
}

// TestWeeklyWebhook: the report comes once, signed, in the documented format.
func TestWeeklyWebhook(t *testing.T) {
	zone := weeks(t)
	cfg, got := byHook(t, 0)
	for range 3 {
		sender(t, cfg, monday(zone, 7, 0)).Look(t.Context())
	}
	if len(got) != 1 {
		t.Fatalf("the webhook was called %d times", len(got))
	}
	p := <-got
	var at int64
	var signature string
	if _, err := fmt.Sscanf(p.header.Get(weekly.SignatureHeader), "t=%d,v1=%s", &at, &signature); err != nil {
		t.Fatalf("signature %q: %v", p.header.Get(weekly.SignatureHeader), err)
	}
	mac := hmac.New(sha256.New, []byte("long and hard"))
	fmt.Fprintf(mac, "%d.%s", at, p.body)
	if want := hex.EncodeToString(mac.Sum(nil)); signature != want {
		t.Errorf("signature %s, want %s", signature, want)
	}
	var r weekly.Report
	if err := json.Unmarshal(p.body, &r); err != nil {
		t.Fatal(err)
	}
	if r.Chart == nil || p.header.Get(weekly.DeliveryHeader) != r.ID {
		t.Fatalf("delivery %q of report %q", p.header.Get(weekly.DeliveryHeader), r.ID)
	}
	checkPicture(t, r.Chart.Data)
	r.Chart.Data = []byte("the picture")
	golden(t, "testdata/weekly.golden.json", r)
}

// golden compares with the reviewed form.
func golden(t *testing.T, file string, v any) {
	t.Helper()
	got, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = bytes.ReplaceAll(got, []byte("\u202e"), []byte(`\u202e`)) // it would turn the file's lines on screens
	if *update {
		if err := os.WriteFile(file, append(got, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.TrimSpace(string(want)), string(got)); diff != "" {
		t.Errorf("the report is not what %s says (-file +report); receivers build on it. If that is meant, run with -update:\n%s", file, diff)
	}
}

// TestWeeklyWebhookRefused: an attempt that failed stands in the journal, and the next one waits.
func TestWeeklyWebhookRefused(t *testing.T) {
	zone := weeks(t)
	cfg, got := byHook(t, 1)
	for range 2 {
		sender(t, cfg, monday(zone, 7, 0)).Look(t.Context())
	}
	if len(got) != 1 {
		t.Errorf("the webhook was called %d times within the pause", len(got))
	}
}

// serve serves a dashboard with weekly reports to somebody.
func serve(t *testing.T, cfg weekly.Config, who access.Authenticator) client {
	t.Helper()
	zone := weeks(t)
	numbers := figures.New(store, sites.Open(zone))
	d := dashboard.New(who, slog.New(slog.NewTextHandler(os.Stderr, nil)), numbers, sender(t, cfg, monday(zone, 9, 0)))
	server := httptest.NewServer(d.Handler())
	t.Cleanup(server.Close)
	return client{t, server.URL + "/api/v1"}
}

// TestWeeklySaysWhatTheDashboardSays: each figure is the one of the API's own operation.
func TestWeeklySaysWhatTheDashboardSays(t *testing.T) {
	c := serve(t, weekly.Config{}, as{Name: "viewer", Role: access.Viewer, Sites: []string{weeklySite}, Via: access.Token})
	var r weekly.Report
	c.get(200, &r, "/sites/weekly/weekly", "week", weeklyWeek)
	question := []string{"range", r.From + ".." + r.To}
	var s figures.Summary
	c.get(200, &s, "/sites/weekly/summary", question...)
	same(t, "totals", s.Totals, r.Totals)
	same(t, "totals of the week before", s.Before, &r.Before)
	var line figures.Timeline
	c.get(200, &line, "/sites/weekly/timeline", question...)
	same(t, "days", line.Points, r.Days)
	for name, report := range map[string][2]string{
		"pages_by_readers": {"pages", "-address_days"}, "pages_by_time": {"pages", "-spent_ms"}, "sources": {"sources", ""},
		"networks": {"networks", ""}, "campaigns": {"campaigns", ""}, "countries": {"countries", ""},
	} {
		var table figures.Table
		c.get(200, &table, "/sites/weekly/reports/"+report[0], append(question, "sort", report[1], "limit", "10")...)
		found := false
		for _, l := range r.Lists {
			if l.Name == name {
				found = true
				same(t, name, table.Rows, l.Rows)
			}
		}
		if !found || len(table.Rows) == 0 {
			t.Errorf("the report lacks %s", name)
		}
	}
	if !r.Final || r.Totals["sessions"] != 161.0 {
		t.Errorf("%+v", r)
	}
}

func same(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: -dashboard +report:\n%s", what, diff)
	}
}

// TestWeeklyPages: the preview and the picture, and who gets them.
func TestWeeklyPages(t *testing.T) {
	c := serve(t, weekly.Config{}, as{Name: "viewer", Role: access.Viewer, Sites: []string{weeklySite}, Via: access.Token})
	var page, picture []byte
	c.get(200, &page, "/sites/weekly/weekly/preview", "week", weeklyWeek)
	checkHTML(t, string(page), "data:image/png;base64,")
	c.get(200, &picture, "/sites/weekly/weekly/chart.png", "week", weeklyWeek)
	checkPicture(t, picture)
	res, err := http.Get(c.base + "/sites/weekly/weekly/preview?week=" + weeklyWeek)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	policies := res.Header.Values("Content-Security-Policy")
	if len(policies) != 1 || !strings.HasPrefix(policies[0], "default-src 'none'; style-src 'sha256-") || strings.Contains(policies[0], "unsafe") {
		t.Errorf("policies %q", policies)
	}
	if kind := res.Header.Get("Content-Type"); kind != "text/html; charset=utf-8" {
		t.Errorf("the preview is %s", kind)
	}
	var refusal []byte
	c.get(403, &refusal, "/sites/other/weekly")
	c.get(403, &refusal, "/sites/other/weekly/preview")
	c.get(403, &refusal, "/sites/other/weekly/chart.png")
	c.get(422, &refusal, "/sites/weekly/weekly", "week", "2023-W60")
	c.get(422, &refusal, "/sites/weekly/weekly", "week", "2023-W14") // has just begun
	share := as{Name: "link", Role: access.Viewer, Via: access.Link, Share: &access.Share{Site: weeklySite, Page: "overview"}}
	serve(t, weekly.Config{}, share).get(403, &refusal, "/sites/weekly/weekly", "week", weeklyWeek)
}

// TestWeeklyTest: an admin can try the way; that does not count as sent.
func TestWeeklyTest(t *testing.T) {
	to := unique("anna")
	cfg, server := byMail(t, "starttls", to)
	hooked, calls := byHook(t, 0)
	cfg.Webhook, cfg.WebhookSecretFile = hooked.Webhook, hooked.WebhookSecretFile
	f := func(who access.Authenticator, body string, want int) {
		t.Helper()
		c := serve(t, cfg, who)
		res, err := http.Post(c.base+"/sites/weekly/weekly/send-test", "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if answer, _ := io.ReadAll(res.Body); res.StatusCode != want {
			t.Errorf("%s answers %d %s, want %d", body, res.StatusCode, answer, want)
		}
	}
	f(as{Name: "analyst", Role: access.Analyst, All: true, Via: access.Token}, `{"to":"`+to+`"}`, 403)
	f(access.Everyone{}, `{"to":"nobody"}`, 422)
	f(access.Everyone{}, `{"to":"a@example.com\r\nBcc: b@example.com"}`, 422)
	f(access.Everyone{}, `{"to":"`+to+`","webhook":true}`, 422)
	f(access.Everyone{}, `{"to":"`+to+`"}`, 204)
	f(access.Everyone{}, `{"webhook":true}`, 204)
	server.RefuseNext(1)
	f(access.Everyone{}, `{"to":"`+to+`"}`, 502)
	if mails := server.Taken(); len(mails) != 1 || len(calls) != 1 || !strings.Contains(string(mails[0].Content), "Subject: Test: weekly") {
		t.Fatalf("%d mails and %d calls came", len(mails), len(calls))
	}
	sender(t, cfg, monday(chatham(t), 9, 0)).Look(t.Context())
	if mails := server.Taken(); len(mails) != 2 || len(calls) != 2 {
		t.Errorf("after the tests %d mails and %d calls came", len(mails), len(calls))
	}
}
