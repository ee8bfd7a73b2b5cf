package rollup

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// TestAlert: an alert that is refused comes again until it is taken, and the same one only once.
func TestAlert(t *testing.T) {
	got := make(chan alert, 10)
	calls := 0
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls++
		if calls == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		var a alert
		if err := json.NewDecoder(r.Body).Decode(&a); err != nil || r.Method != http.MethodPost {
			t.Errorf("%s: %v", r.Method, err)
		}
		got <- a
	}))
	defer hook.Close()
	n := newNotifier(Config{AlertURL: hook.URL}, NewMetrics(prometheus.NewRegistry()).metrics, slog.New(slog.DiscardHandler))
	if err := n.start(); err != nil {
		t.Fatal(err)
	}
	day := ledger.Day{Date: date("2026-05-10"), Zone: time.UTC}
	n.raise(day, alertDeadline, "late", at("2026-05-11 07:00"))
	n.raise(day, alertDeadline, "later", at("2026-05-11 07:01"))
	want := alert{Text: "Footfall: late", Job: "daily", Day: "2026-05-10", Zone: "UTC", Reason: "deadline", Time: at("2026-05-11 07:00")}
	if a := <-got; a != want {
		t.Errorf("alert %+v, want %+v", a, want)
	}
	n.raise(day, alertFailing, "failed", at("2026-05-11 07:00"))
	if a := <-got; a.Reason != alertFailing {
		t.Errorf("alert %+v, want one that is failing", a)
	}
	n.stop()
	if len(got) != 0 {
		t.Errorf("an alert came twice: %+v", <-got)
	}
}

func TestHeartbeat(t *testing.T) {
	beats := make(chan string, 10)
	listener := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { beats <- r.Method }))
	defer listener.Close()
	n := newNotifier(Config{HeartbeatURL: listener.URL}, NewMetrics(prometheus.NewRegistry()).metrics, slog.New(slog.DiscardHandler))
	if err := n.start(); err != nil {
		t.Fatal(err)
	}
	n.heartbeat(at("2026-05-10 12:00"))
	n.heartbeat(at("2026-05-10 12:00").Add(59 * time.Second)) // too soon
	n.heartbeat(at("2026-05-10 12:01"))
	n.sending.Wait()
	n.stop()
	if len(beats) != 2 || <-beats != http.MethodGet {
		t.Errorf("%d heartbeats came, want 2 by GET", len(beats))
	}
}

func TestOverdue(t *testing.T) {
	cfg := Config{Grace: time.Hour, Deadline: 6 * time.Hour}
	f := func(name, now string, change func(*knowledge), want int) {
		t.Helper()
		k := newKnowledge("")
		d := date("2026-05-10")
		k.touched[d], k.first[d] = ledger.Touch{Last: at("2026-05-10 12:00"), Events: 1}, at("2026-05-10 00:01")
		change(k)
		if got := overdue(cfg, at(now), time.UTC, k); len(got) != want {
			t.Errorf("%s: %v, want %d", name, got, want)
		}
	}
	d := date("2026-05-10")
	f("in time", "2026-05-11 07:00", func(*knowledge) {}, 0)
	f("too late", "2026-05-11 07:01", func(*knowledge) {}, 1)
	f("final", "2026-05-11 07:01", func(k *knowledge) { k.final[d] = true }, 0)
	f("no views", "2026-05-11 07:01", func(k *knowledge) { k.touched[d] = ledger.Touch{Last: at("2026-05-10 12:00")} }, 0)
	f("imported later", "2026-05-20 12:00", func(k *knowledge) { k.first[d] = at("2026-05-20 11:00") }, 0)
	f("imported long ago", "2026-05-20 18:00", func(k *knowledge) { k.first[d] = at("2026-05-20 11:00") }, 1)
}
