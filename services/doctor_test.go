package services

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/collector"
	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/sites"
)

// nothing is a Publisher that must not be called.
type nothing struct{ t *testing.T }

func (n nothing) Publish(_ context.Context, events []event.Event) error {
	n.t.Errorf("the doctor has counted %v", events)
	return nil
}

// What only a sites file can get wrong; the rest is tested beside the browser.
func TestDoctorKnowsTheSitesFile(t *testing.T) {
	listed := sites.Of(sites.Site{Key: "ours", Zone: time.UTC, Privacy: event.Full, Hosts: []string{"*.example.com"}},
		sites.Site{Key: "any", Zone: time.UTC, Privacy: event.Full})
	c, err := collector.New(collector.Config{CollectorAddr: "127.0.0.1:0", MaxConnections: 8, PublishTimeout: time.Second, BatchesAtOnce: 1},
		nothing{t}, listed, slog.New(slog.NewTextHandler(io.Discard, nil)), prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	door := httptest.NewServer(c.Handler())
	defer door.Close()
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, `<script src="`+door.URL+`/beacon.js" data-site="`+strings.Trim(r.URL.Path, "/")+`"></script>`)
	}))
	defer page.Close()
	f := func(site, want string, fails bool) {
		t.Helper()
		var out bytes.Buffer
		err := (&Doctor{URL: page.URL + "/" + site}).examine(t.Context(), &out)
		if !strings.Contains(out.String(), want) || (err != nil) != fails {
			t.Errorf("%s: %v, no %q in\n%s", site, err, want, &out)
		}
	}
	f("any", "takes views of this page", false)
	f("nobody", `does not know the site "nobody"`, true)
	f("ours", `host 127.0.0.1 is the wrong one for site "ours"`, true)
}

func TestSnippetRefusesWhatCannotWork(t *testing.T) {
	f := func(s Snippet, want string) {
		t.Helper()
		if err := s.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", s, err, want)
		}
	}
	f(Snippet{Site: "a b", CollectorURL: "https://s.example"}, `"a b"`)
	f(Snippet{Site: "a", CollectorURL: "s.example"}, `"s.example"`)
	f(Snippet{Site: "a", CollectorURL: "https://s.example/?x=1"}, "query")
	var out bytes.Buffer
	s := Snippet{Site: "a", CollectorURL: "https://s.example", Hash: true, Exclude: "/admin/"}
	if err := s.print(&out); err != nil || !strings.Contains(out.String(), `src="https://s.example/beacon.js" data-site="a" data-hash data-exclude="/admin/"`) {
		t.Errorf("%v\n%s", err, &out)
	}
}
