package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFirstRun is a user's first ten minutes.
func TestFirstRun(t *testing.T) {
	s := newSite(t)
	s.start(t)
	if !strings.Contains(s.Shown.String(), "opens without a password") {
		t.Errorf("the banner does not say that the dashboard is open:\n%s", s.Shown)
	}

	code, body := s.post(t, "/v1/events", "application/json", `{"site":"demo","type":"pageview","url":"http://demo/a"}`)
	if code != http.StatusAccepted {
		t.Fatalf("the smallest event gets %d %s", code, body)
	}
	s.await(t, "SELECT path, site, toString(ip) FROM page_views", "/a\tdemo\t::ffff:127.0.0.1")

	out := s.mustCommand(t, "rollup", "run", "--day", "today")
	if !strings.Contains(out, "provisional") || !strings.Contains(out, "views 1") {
		t.Errorf("rollup run says %s", out)
	}
	if got := s.ask(t, "SELECT site, accesses, sessions, views_unknown FROM daily_ip_access"); got != "demo\t1\t1\t1" {
		t.Errorf("daily_ip_access holds %q", got)
	}
	if code, page := s.get(t, "DASHBOARD_ADDR", "/"); code != http.StatusOK || !strings.Contains(page, "<title>Footfall") {
		t.Errorf("the dashboard answers %d %s", code, page)
	}
	if code, pages := s.get(t, "DASHBOARD_ADDR", "/api/v1/sites/demo/reports/pages?range=today&bots=all"); code != http.StatusOK || !strings.Contains(pages, `"path":"/a"`) {
		t.Errorf("the dashboard's API answers %d %s", code, pages)
	}
	for _, path := range []string{"/demo", "/beacon.js", "/v1/pixel.gif?site=demo&url=http%3A%2F%2Fdemo%2Fpixel"} {
		if code, body := s.get(t, "COLLECTOR_ADDR", path); code != http.StatusOK {
			t.Errorf("%s answers %d %s", path, code, body)
		}
	}
	s.await(t, "SELECT count() FROM page_views WHERE has(witnesses, 'pixel')", "1")
	s.checkOperation(t)
	s.checkAnalyst(t)
	s.checkExport(t)

	s.stop(t)
	s.start(t)
	if got := s.ask(t, "SELECT count() FROM page_views"); got != "2" {
		t.Errorf("after a restart there are %s views, want 2", got)
	}
}

func (s *site) checkOperation(t *testing.T) {
	t.Helper()
	for path, want := range map[string]string{
		"/healthz": `"alive":true`, "/readyz": `"ready":true`, "/metrics": "footfall_consumer_insert_rows_total",
	} {
		if code, body := s.get(t, "ADMIN_ADDR", path); code != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s answers %d %s", path, code, body)
		}
	}
	s.mustCommand(t, "health", "--admin-addr", s.Addrs["ADMIN_ADDR"])
}

// checkExport: the published day stands in the data folder as files.
func (s *site) checkExport(t *testing.T) {
	t.Helper()
	for _, ending := range []string{"csv", "parquet"} {
		files, err := filepath.Glob(filepath.Join(s.Data, "export", "UTC", "????-??-??", "daily_ip_access."+ending))
		if err != nil || len(files) == 0 {
			t.Fatalf("no %s file is exported: %v", ending, err)
		}
		content, err := os.ReadFile(files[0])
		if err != nil || !strings.Contains(string(content), "demo") {
			t.Errorf("%s holds %.200q, %v", files[0], content, err)
		}
	}
}

func (s *site) checkAnalyst(t *testing.T) {
	t.Helper()
	for _, query := range []string{
		"INSERT INTO daily_ip_access (site) VALUES ('mine')", "DROP TABLE events", "ALTER TABLE events DELETE WHERE 1",
		"CREATE TABLE mine (a Int8) ENGINE = Memory", "SELECT * FROM url('http://127.0.0.1/', 'CSV', 'a String')",
	} {
		if code, body := s.sql(t, "analyst", "look-only", query); code == http.StatusOK {
			t.Errorf("the analyst may %s: %s", query, body)
		}
	}
	if code, body := s.sql(t, "analyst", "wrong", "SELECT 1"); code == http.StatusOK {
		t.Errorf("a wrong password opens: %s", body)
	}
}

// TestWrongSettingsStopTheStart: the error names the setting and the value.
func TestWrongSettingsStopTheStart(t *testing.T) {
	s := newSite(t)
	f := func(want string, args ...string) {
		t.Helper()
		out, err := s.Command(t.Context(), args...)
		if err == nil || !strings.Contains(out, want) {
			t.Errorf("footfall %s: %v, prints %q, want %q in it", strings.Join(args, " "), err, out, want)
		}
	}
	f(`"Mars/Olympus"`, "up", "--time-zone", "Mars/Olympus")
	f(`"nowhere"`, "up", "--kafka-addr", "nowhere")
	f("nosuch.yaml", "up", "--sites", "nosuch.yaml")
	f(`"32.01.2026"`, "rollup", "run", "--day", "32.01.2026")
	f(`site ""`, "shipper", "import", "access.log")
	f("nosuch.log", "shipper", "import", "--site", "demo", "nosuch.log")
	f("unexpected argument", "rollup", "march")
}

// TestBadInput: every bad event gets its error, and the good ones beside it are stored.
func TestBadInput(t *testing.T) {
	s := newSite(t)
	s.start(t)
	f := func(code int, want, contentType, body string) {
		t.Helper()
		if got, text := s.post(t, "/v1/events", contentType, body); got != code || !strings.Contains(text, want) {
			t.Errorf("%.80s gets %d %s, want %d with %q", body, got, text, code, want)
		}
	}
	f(400, "byte 15", "application/json", `{"site":"demo",`)
	f(413, "65536", "application/json", `"`+strings.Repeat("x", 65<<10)+`"`)
	f(415, "application/xml", "application/xml", `<a/>`)
	f(400, `"site"`, "application/json", `{"site":"no such site","type":"pageview","url":"http://demo/a"}`)
	f(400, `"time"`, "application/json", `{"site":"demo","type":"pageview","url":"http://demo/a","time":"2099-01-01T00:00:00Z"}`)
	f(202, "too_long", "application/json", `[{"site":"demo","type":"pageview","url":"http://demo/`+strings.Repeat("x", 3000)+`"},{"site":"demo","type":"pageview","url":"http://demo/good"}]`)
	if code, _ := s.get(t, "COLLECTOR_ADDR", "/v1/events"); code != http.StatusMethodNotAllowed {
		t.Errorf("GET /v1/events answers %d", code)
	}
	if code, _ := s.post(t, "/v1/batch", "application/x-ndjson", "{}"); code != http.StatusUnauthorized {
		t.Errorf("/v1/batch without a token answers %d", code)
	}
	s.await(t, "SELECT groupArray(path) FROM page_views", "['/good']")
}
