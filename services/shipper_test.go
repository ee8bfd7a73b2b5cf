package services

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/accesslog"
	"github.com/footfall-analytics/footfall/pkg/collector"
	"github.com/footfall-analytics/footfall/pkg/daemon"
	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/sites"
)

const shipperToken = "shipper-test-token"

// store is a publisher that keeps what it takes, and refuses the call that fails says.
type store struct {
	mu     sync.Mutex
	events map[event.ID][]event.Event
	calls  int
	fails  int // number of the call, from 1
}

func (s *store) Publish(_ context.Context, events []event.Event) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.calls++; s.calls == s.fails {
		return errors.New("the broker is away")
	}
	for _, e := range events {
		s.events[e.ID] = append(s.events[e.ID], e)
	}
	return nil
}

// door serves a collector that knows one site and returns its URL.
func door(t *testing.T, s *store) string {
	t.Helper()
	cfg := collector.Config{
		CollectorAddr: "127.0.0.1:0", MaxConnections: 10, BatchesAtOnce: 2, PublishTimeout: 5 * time.Second, Token: []string{shipperToken},
	}
	dir := sites.Of(sites.Site{Key: "site.example", Zone: time.UTC, Privacy: event.Full})
	c, err := collector.New(cfg, s, dir, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(c.Handler())
	t.Cleanup(server.Close)
	return server.URL
}

func importTo(url, site string, files ...string) *ShipperImport {
	return &ShipperImport{
		ImportConfig: accesslog.ImportConfig{
			ClientConfig: accesslog.ClientConfig{CollectorURL: url, Token: shipperToken}, Site: site, GiveUpAfter: time.Minute,
		},
		Files: files,
	}
}

// TestImportIntoTheCollector: what the shipper says is what the collector publishes, also when the
// broker goes away in the middle of a batch.
func TestImportIntoTheCollector(t *testing.T) {
	const views = 2500 // three of the collector's chunks
	var text bytes.Buffer
	start := time.Date(2024, 5, 6, 23, 30, 0, 0, time.UTC)
	for i := range views {
		fmt.Fprintf(&text, "203.0.113.%d - - [%s] \"GET /p/%d?q=%%C3%%A4 HTTP/1.1\" 200 %d \"https://r.example/\" \"Agent/%d\"\n",
			i%200, start.Add(time.Duration(i)*time.Second).Format("02/Jan/2006:15:04:05 -0700"), i, 1000+i, i%7)
	}
	s := &store{events: map[event.ID][]event.Event{}, fails: 2}
	var out, progress bytes.Buffer
	if err := importTo(door(t, s), "site.example", "-").send(t.Context(), &text, &out, &progress); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"accepted  2500\n", "rejected  0\n", "run: footfall rollup backfill --from 2024-05-06 --to 2024-05-07\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the report is\n%s, want %q in it", out.String(), want)
		}
	}
	if !strings.Contains(progress.String(), "503 Service Unavailable") {
		t.Errorf("progress is %q", progress.String())
	}
	repeats := 0
	for id, same := range s.events {
		e := same[0]
		at := int(e.Time.Sub(start) / time.Second)
		if e.Path != fmt.Sprintf("/p/%d", at) || e.Query != "q=%C3%A4" || e.Address.String() != fmt.Sprintf("203.0.113.%d", at%200) || e.ViewID != id ||
			e.Witness != event.LogLine || e.UserAgent != fmt.Sprintf("Agent/%d", at%7) || e.Log.Status != 200 || e.Log.Bytes != uint64(1000+at) || e.Log.Method != "GET" {
			t.Errorf("the collector published %+v", e)
		}
		repeats += len(same) - 1
	}
	if len(s.events) != views || repeats != 1000 { // the chunk before the failure came twice
		t.Errorf("%d events and %d repeats were published, want %d and 1000", len(s.events), repeats, views)
	}
}

func TestImportOfAnUnknownSite(t *testing.T) {
	s := &store{events: map[event.ID][]event.Event{}}
	line := `203.0.113.1 - - [06/May/2024:23:30:00 +0000] "GET / HTTP/1.1" 200 1 "-" "-"` + "\n"
	var out bytes.Buffer
	err := importTo(door(t, s), "other.example", "-").send(t.Context(), strings.NewReader(line), &out, io.Discard)
	const want = `the collector took none of the 1 views; the first, standard input:1: site "other.example" is not in the sites file`
	if err == nil || !strings.Contains(err.Error(), want) || len(s.events) > 0 {
		t.Errorf("got %v and %d events, want the error %q", err, len(s.events), want)
	}
	if !strings.Contains(out.String(), "rejected: unknown_site  1\n") {
		t.Errorf("the report is\n%s", out.String())
	}
}

// TestShipperFollows: the service's parts ship a log into the collector and stop.
func TestShipperFollows(t *testing.T) {
	s := &store{events: map[event.ID][]event.Event{}}
	dir := t.TempDir()
	file := filepath.Join(dir, "access.log")
	line := `203.0.113.1 - - [06/May/2024:23:30:00 +0000] "GET /followed HTTP/1.1" 200 1 "-" "-"` + "\n"
	if err := os.WriteFile(file, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	p := daemon.New(daemon.Config{StopTimeout: 20 * time.Second, LogLevel: slog.LevelError})
	cfg := ShipperConfig{
		Client: accesslog.ClientConfig{CollectorURL: door(t, s), Token: shipperToken},
		Follow: accesslog.FollowConfig{Files: []string{file}, Site: "site.example", State: filepath.Join(dir, "state.json"), Poll: time.Millisecond},
	}
	if err := AddShipper(p, cfg); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	p.Add("watch", watch{s, cancel})
	if err := p.Run(ctx); err != nil {
		t.Error(err)
	}
	var got []string
	for _, same := range s.events {
		got = append(got, same[0].Path)
	}
	if diff := cmp.Diff([]string{"/followed"}, got); diff != "" {
		t.Error(diff)
	}
}

// watch ends a process once something has been stored.
type watch struct {
	store *store
	end   func()
}

func (w watch) Start(ctx context.Context) error {
	tick := time.NewTicker(time.Millisecond)
	go func() {
		defer tick.Stop()
		defer w.end()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			w.store.mu.Lock()
			stored := len(w.store.events)
			w.store.mu.Unlock()
			if stored > 0 {
				return
			}
		}
	}()
	return nil
}

func (w watch) Stop(context.Context) error { return nil }

func TestShipperCommandLine(t *testing.T) {
	t.Setenv("FOOTFALL_COLLECTOR_URL", "http://127.0.0.1:1")
	f := func(code int, want string, args ...string) {
		t.Helper()
		var out, errs bytes.Buffer
		if got := daemon.Main("shipper", "Shipper.", &Shipper{}, args, &out, &errs); got != code || !strings.Contains(out.String()+errs.String(), want) {
			t.Errorf("%v: got code %d and %q, want %d and %q", args, got, out.String()+errs.String(), code, want)
		}
	}
	for _, flag := range []string{"--shipper-files", "--shipper-site", "--shipper-state", "--shipper-poll", "--collector-url", "--token", "--token-file", "--static-extensions", "--admin-addr"} {
		f(0, flag+"=", "serve", "--help")
	}
	for _, flag := range []string{"--access-format", "--access-proxies", "--listen-udp", "--listen-tcp", "--listen-from", "--site"} {
		f(0, flag+"=", "listen", "--help")
	}
	f(0, "--resume=", "import", "--help")
	f(0, "--shipper-files=", "follow", "--help")
	f(1, "no such file", "detect", filepath.Join(t.TempDir(), "none.log"))
	f(2, "access log format", "listen", "--site=a", "--access-format=$what")
	f(2, `trusted proxies: "x"`, "listen", "--site=a", "--access-proxies=x")
	f(2, "listen-udp or listen-tcp", "listen", "--site=a", "--listen-udp=")
	f(2, "shipper-files must name at least one access log")
	f(2, `shipper-site: site "" is required`, "--shipper-files=access.log")
	f(2, "shipper-poll 0s", "--shipper-files=access.log", "--shipper-site=a", "--shipper-poll=0s")
	f(2, `collector-url "x"`, "--shipper-files=access.log", "--shipper-site=a", "--collector-url=x")
	f(2, `site "" is required`, "import", "access.log")
	f(1, "no such file", "import", "--site=a", filepath.Join(t.TempDir(), "none.log"))
}
