package rollup

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/outgoing"
)

// Why an alert is raised.
const (
	alertDeadline = "deadline" // a day is not final in time
	alertBlocked  = "blocked"  // a check has kept a day from being published
	alertFailing  = "failing"  // a day has failed several times in a row
)

const (
	failingAfter  = 3
	alertPatience = 2 * time.Hour // for how long an alert is sent again until it is taken
	heartbeatGap  = time.Minute
)

var asJSON = http.Header{"Content-Type": {"application/json"}}

// alert is what the webhook gets as JSON. Text is for people; chat services show a field of that name.
type alert struct {
	Text   string    `json:"text"`
	Job    string    `json:"job"`
	Day    string    `json:"day"`
	Zone   string    `json:"tz"`
	Reason string    `json:"reason"`
	Time   time.Time `json:"time"`
}

// notifier tells the outside how the runs stand: alerts when they do not, a heartbeat when they do. It
// never holds up the runs.
type notifier struct {
	cfg     Config
	client  *outgoing.Client
	log     *slog.Logger
	metrics *metrics

	alive   context.Context
	end     context.CancelFunc
	sending sync.WaitGroup
	raised  map[alert]bool // without text and time
	beat    time.Time
}

func newNotifier(cfg Config, m *metrics, log *slog.Logger) *notifier {
	n := &notifier{cfg: cfg, log: log, metrics: m, raised: map[alert]bool{}}
	n.alive, n.end = context.WithCancel(context.Background())
	return n
}

// start makes ready to call the URLs of the settings; until then nothing may be raised.
func (n *notifier) start() (err error) {
	n.client, err = outgoing.New(n.cfg.Outgoing, n.cfg.urls()...)
	return err
}

// raise sends an alert, once for each day and reason in the life of the process.
func (n *notifier) raise(day ledger.Day, reason, text string, now time.Time) {
	a := alert{Job: ledger.Daily, Day: day.Date.String(), Zone: day.Zone.String(), Reason: reason}
	if n.raised[a] {
		return
	}
	n.raised[a] = true
	n.metrics.alerts.WithLabelValues(reason).Inc()
	n.log.Error("alert", "day", a.Day, "tz", a.Zone, "reason", reason, "text", text)
	if n.cfg.AlertURL == "" {
		return
	}
	a.Text, a.Time = "Footfall: "+text, now.UTC()
	n.sending.Go(func() { n.send(a) })
}

func (n *notifier) send(a alert) {
	body, err := json.Marshal(a)
	if err == nil {
		_, err = backoff.Retry(n.alive, func() (struct{}, error) {
			return struct{}{}, n.client.Call(n.alive, http.MethodPost, n.cfg.AlertURL, asJSON, bytes.NewReader(body))
		}, backoff.WithMaxElapsedTime(alertPatience))
	}
	if err != nil {
		n.log.Error("alert was not taken", "day", a.Day, "reason", a.Reason, "err", err)
	}
}

// heartbeat says that the runs are in step, at most once a minute. One that is lost is not repeated:
// the next one comes, and who listens waits for several.
func (n *notifier) heartbeat(now time.Time) {
	if n.cfg.HeartbeatURL == "" || now.Sub(n.beat) < heartbeatGap {
		return
	}
	n.beat = now
	n.sending.Go(func() {
		if err := n.client.Call(n.alive, http.MethodGet, n.cfg.HeartbeatURL, nil, nil); err != nil && n.alive.Err() == nil {
			n.log.Warn("heartbeat was not taken", "err", err)
		}
	})
}

// stop gives up what is still being sent.
func (n *notifier) stop() {
	n.end()
	n.sending.Wait()
	if n.client != nil {
		n.client.CloseIdleConnections()
	}
}
