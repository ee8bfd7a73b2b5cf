package collector_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/collector"
	"github.com/footfall-analytics/footfall/pkg/event"
)

// answer is any answer of the collector in JSON.
type answer struct {
	Title, Type, Detail string
	Status              int
	Accepted, Rejected  int
	Errors              []struct{ Field, Reason, Detail string }
	Reasons             map[string]int
}

// fuzzed posts a body and checks what holds for every answer: its form, that its figures agree with
// each other and with what was published, and that every published event is valid.
func fuzzed(f *testing.F, path, contentType string, header ...string) func(*testing.T, []byte) {
	f.Helper()
	stored := &memory{capacity: 1 << 20}
	c, err := collector.New(config(), stored, directory(), slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	if err != nil {
		f.Fatal(err)
	}
	return func(t *testing.T, body []byte) {
		stored.events = nil
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(string(body)))
		r.Header.Set("Content-Type", contentType)
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		c.Handler().ServeHTTP(w, r)

		var a answer
		if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
			t.Fatalf("answer %q: %v", w.Body, err)
		}
		events := stored.all()
		if w.Code == http.StatusAccepted && a.Accepted < 1 || w.Code != http.StatusAccepted && (a.Accepted > 0 || a.Status != w.Code || a.Title == "" || a.Detail == "") {
			t.Fatalf("status %d: %s", w.Code, w.Body)
		}
		sum := 0
		for _, n := range a.Reasons {
			sum += n
		}
		if len(events) != a.Accepted || sum != a.Rejected || len(a.Errors) != min(a.Rejected, 100) {
			t.Fatalf("%d events published: %s", len(events), w.Body)
		}
		for i := range events {
			if err := events[i].Validate(); err != nil || events[i].AddressMode != event.Full {
				t.Fatalf("published %+v: %v", events[i], err)
			}
		}
	}
}

func FuzzEvents(f *testing.F) {
	for _, s := range []string{view, list3, "", "[", "[]", "{}", "null", "[null]", `"x"`, view + view, `{"site":"demo","type":"pageview","url":"/","props":{"a":{}}}`, "\xff"} {
		f.Add([]byte(s))
	}
	f.Fuzz(fuzzed(f, "/v1/events", "text/plain"))
}

func FuzzBatch(f *testing.F) {
	for _, s := range []string{view, view + "\n" + view, "\n\n", "{\n}", view + "\r\n[1]\n\xff\n", `{"site":"demo","type":"pageview","url":"/","status":1e3}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(fuzzed(f, "/v1/batch", "application/x-ndjson", "Authorization", "Bearer "+token))
}

func FuzzGzippedBatch(f *testing.F) {
	for _, s := range []string{zipped(view), zipped(view)[:20], zipped(view) + "trailing", zipped(view) + zipped("\n"+view), ""} {
		f.Add([]byte(s))
	}
	f.Fuzz(fuzzed(f, "/v1/batch", "application/x-ndjson", "Authorization", "Bearer "+token, "Content-Encoding", "gzip"))
}
