package clickhouse

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/warehouse"
)

func TestFailover(t *testing.T) {
	first, second := startProxy(t, nil), startProxy(t, nil)
	w := open(t, settings(first.addr, second.addr))
	next := 0
	insert := func() {
		t.Helper()
		row := view(next)
		next++
		eventually(t, func() error { return w.Insert(t.Context(), []event.Stored{row}) })
	}
	insert()
	if first.count() != 1 || second.count() != 0 {
		t.Errorf("%d connections to the first address and %d to the second; want 1 and 0", first.count(), second.count())
	}
	first.kill() // while a connection to it is open
	insert()
	if second.count() != 1 {
		t.Errorf("%d connections to the second address; want 1", second.count())
	}
	first.revive(t)
	second.kill()
	insert()
	if n := stored(t); n != next {
		t.Errorf("%d events are stored, want %d", n, next)
	}
}

// TestFirstAddressIsDead: a start does not need the first address.
func TestFirstAddressIsDead(t *testing.T) {
	dead, alive := startProxy(t, nil), startProxy(t, nil)
	dead.kill()
	w := open(t, settings(dead.addr, alive.addr))
	if err := (warehouse.Migrations{Warehouse: w, Log: slog.New(slog.DiscardHandler)}).Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := w.Ping(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestFirstAddressIsSilent: one that takes connections and says nothing must not keep readiness red,
// although its own time to answer is longer than that of a check.
func TestFirstAddressIsSilent(t *testing.T) {
	silent, alive := startProxy(t, nil), startProxy(t, nil)
	silent.silence()
	w := open(t, settings(silent.addr, alive.addr))
	eventually(t, func() error {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second) // of daemon.Health
		defer cancel()
		return w.Ping(ctx)
	})
	if silent.count() == 0 || alive.count() == 0 {
		t.Errorf("%d connections to the silent address and %d to the other", silent.count(), alive.count())
	}
}

func TestEveryAddressIsNamed(t *testing.T) {
	err := open(t, settings("127.0.0.1:1", "127.0.0.1:2")).Ping(t.Context())
	if err == nil || !strings.Contains(err.Error(), "connect to 127.0.0.1:1: ") || !strings.Contains(err.Error(), "connect to 127.0.0.1:2: ") {
		t.Errorf("error %v", err)
	}
}

// view is a row of the site that only these tests write.
func view(number int) event.Stored {
	at := time.Date(2026, 1, 2, 3, 4, number, 0, time.UTC)
	return event.Stored{Offset: int64(number), Event: event.Event{
		ID: event.NewID(at), ViewID: event.NewID(at), Site: "failover", Kind: event.Pageview, Witness: event.LogLine,
		Time: at, Received: at, Address: netip.MustParseAddr("203.0.113.7"), AddressMode: event.Full, UserAgent: "Firefox", Path: "/",
	}}
}

// stored counts the rows of view, past the warehouse.
func stored(t *testing.T) (n int) {
	t.Helper()
	query := url.QueryEscape("SELECT kafka_offset FROM events WHERE site = 'failover' GROUP BY kafka_offset")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+database.HTTPAddr+"/?query="+query, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%d, %v: %s", answer.StatusCode, err, text)
	}
	return strings.Count(string(text), "\n")
}
