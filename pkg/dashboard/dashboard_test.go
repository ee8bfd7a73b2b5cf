package dashboard

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// rows answers every report with the same table, or with an error.
type rows struct{ err error }

func (r rows) Report(context.Context, string, map[string]string) ([]string, [][]any, error) {
	return []string{"site", "views", "spent_ms", "last_view"},
		[][]any{{"<script>alert(1)</script>", uint64(1234567), uint64(940_000), time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}}, r.err
}

func get(t *testing.T, reports Reports, path string) *httptest.ResponseRecorder {
	t.Helper()
	d, err := New(reports, time.UTC, Links{Demo: "http://127.0.0.1:8081/demo"}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	d.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

func TestPageShowsFiguresAndNeverHTML(t *testing.T) {
	w := get(t, rows{}, "/")
	body := w.Body.String()
	for _, want := range []string{"1\u202f234\u202f567", "15 min 40 s", "2026-01-02 03:04:05 UTC", "&lt;script&gt;", "/demo"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q:\n%s", want, body)
		}
	}
	if strings.Contains(body, "<script") {
		t.Error("a visitor's text became HTML")
	}
	if csp := w.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") {
		t.Errorf("Content-Security-Policy is %q", csp)
	}
}

func TestPageWithoutClickHouse(t *testing.T) {
	if w := get(t, rows{errors.New("no answer")}, "/"); w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "ClickHouse") {
		t.Errorf("the answer is %d %s", w.Code, w.Body)
	}
}

func TestStyle(t *testing.T) {
	if w := get(t, rows{}, "/style.css"); w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/css") {
		t.Errorf("the answer is %d %s", w.Code, w.Header().Get("Content-Type"))
	}
}

func TestShow(t *testing.T) {
	f := func(column string, v any, want string) {
		t.Helper()
		if got := show(column, v); got != want {
			t.Errorf("show(%q, %v) = %q, want %q", column, v, got, want)
		}
	}
	f("views", uint64(0), "0")
	f("views", uint64(999), "999")
	f("views", uint64(1000), "1\u202f000")
	f("spent_ms", uint64(940), "0.9 s")
	f("spent_ms", uint64(59_999), "59 s")
	f("spent_ms", uint64(3_600_000*1500+61_000), "1\u202f500 h 01 min")
	known, unknown := uint64(5_000), (*uint64)(nil)
	f("spent_ms", &known, "5.0 s")
	f("spent_ms", unknown, "unknown")
	f("duration_ms", int64(1500), "1.5 s")
	f("duration_ms", int64(-5), "-5")
	f("day", time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), "2026-01-02")
	f("started_at", time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), "2026-01-02 00:00:00 UTC")
	f("site", "demo", "demo")
}
