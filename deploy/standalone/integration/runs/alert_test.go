package runs

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/rollup"
	"github.com/footfall-analytics/footfall/pkg/sites"
)

// TestAlerts: with a ledger that takes nothing, the day is not final in time and its run fails again and
// again: the webhook hears of both, once. Looks that compare end well all the same, with a heartbeat.
func TestAlerts(t *testing.T) {
	day := dayIn(t, "2021-02-12", "Pacific/Marquesas")
	insert(t, view("alerts", day.Start().Add(time.Hour), "/"))
	reasons, beats := make(chan string, 100), make(chan struct{}, 100)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /hook", func(w http.ResponseWriter, r *http.Request) {
		var got struct{ Day, Reason, Text string }
		if err := json.NewDecoder(r.Body).Decode(&got); err != nil || got.Day != "2021-02-12" || got.Text == "" {
			t.Errorf("alert %+v, %v", got, err)
		}
		reasons <- got.Reason
	})
	mux.HandleFunc("GET /beat", func(http.ResponseWriter, *http.Request) { beats <- struct{}{} })
	hook := httptest.NewServer(mux)
	defer hook.Close()

	cfg := settings
	cfg.Deadline, cfg.AlertURL, cfg.HeartbeatURL = time.Millisecond, hook.URL+"/hook", hook.URL+"/beat"
	log := slog.New(slog.DiscardHandler)
	runner := rollup.NewRunner(cfg, store, &journal{Ledger: store, broken: true}, stored{}, rollup.NewMetrics(prometheus.NewRegistry()), log)
	s := rollup.NewSchedule(runner, own{store, nil}, sites.Of(sites.Site{Key: "alerts", Zone: day.Zone}), &leadership{}, log)
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"deadline", "failing"} {
		select {
		case got := <-reasons:
			if got != want {
				t.Errorf("alert %q, want %q", got, want)
			}
		case <-time.After(time.Minute):
			t.Fatalf("no alert %q in a minute", want)
		}
	}
	<-beats
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(reasons) > 0 {
		t.Errorf("an alert came again: %s", <-reasons)
	}
}
