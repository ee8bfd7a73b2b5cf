package accesslog

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/footfall-analytics/footfall/pkg/accesslog/syslog"
	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/prometheus/client_golang/prometheus"
)

// fillFor is how long the first line of a batch may wait for others.
const fillFor = time.Second

// Listener ships log lines that arrive as syslog messages; package syslog says what it takes and what
// may be lost. A message is posted until the collector takes it, under one id: lines with a request id
// get theirs from their content, so that a relay that sends one twice is counted once; others from
// their order of arrival, since two equal lines may be two views.
//
// Lines wait in memory only. While the collector does not take them, TCP senders are held back, and
// datagrams are lost and counted once the queue is full. Stop ships what had been received.
type Listener struct {
	cfg      ListenConfig
	log      *slog.Logger
	delivery *delivery
	extract  *Extractor
	metrics  *metrics
	reg      prometheus.Registerer
	server   *syslog.Server
	batch    *Batch
	arrived  int64

	ctx     context.Context // of the posts
	cancel  context.CancelFunc
	stopped chan struct{}
}

// NewListener makes a Listener that has not started; its metrics are registered with reg.
func NewListener(client ClientConfig, cfg ListenConfig, reg prometheus.Registerer, log *slog.Logger) (*Listener, error) {
	if err := errors.Join(cfg.Validate(), client.Validate()); err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	extract, err := client.extractor(cfg.Site)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	l := &Listener{cfg: cfg, log: log, extract: extract, metrics: newMetrics(reg), reg: reg, batch: NewBatch()}
	if l.delivery, err = newDelivery(client, l.metrics, log, "they wait in memory", l.refused); err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	return l, nil
}

// Start opens the sockets and begins to ship.
func (l *Listener) Start(ctx context.Context) error {
	from, err := l.cfg.senders()
	if err != nil {
		return err
	}
	if l.server, err = syslog.Listen(ctx, l.cfg.UDP, l.cfg.TCP, from, l.reg); err != nil {
		return err
	}
	udp, tcp := l.server.Addrs()
	l.log.Info("listening for log lines", "udp", udp, "tcp", tcp)
	l.extract.BeginStream()
	l.ctx, l.cancel = context.WithCancel(context.WithoutCancel(ctx))
	l.stopped = make(chan struct{})
	go l.run()
	return nil
}

// Stop stops receiving and ships what had been received, for as long as ctx lasts.
func (l *Listener) Stop(ctx context.Context) error {
	l.server.Close()
	defer l.cancel()
	select {
	case <-l.stopped:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("stop listening: lines that had been received are lost: %w", context.Cause(ctx))
	}
}

func (l *Listener) run() {
	defer close(l.stopped)
	defer l.delivery.client.Close()
	full := time.NewTimer(fillFor)
	defer full.Stop()
	for {
		select {
		case line, ok := <-l.server.Lines():
			if !ok {
				l.ship()
				return
			}
			if l.batch.Len() == 0 {
				full.Reset(fillFor)
			}
			l.take(line)
		case <-full.C:
			l.ship()
		}
	}
}

// take makes an event of a line and adds it to the batch.
func (l *Listener) take(line []byte) {
	defer l.server.Taken(line)
	var p event.Posted
	l.arrived++
	raw := RawLine{Bytes: line, Offset: l.arrived, Whole: true}
	if len(line) > MaxLine {
		raw.Bytes, raw.TooLong = line[:MaxLine], true
	}
	_, reason := l.extract.Event(raw, &p)
	l.metrics.count(reason)
	if reason != "" {
		return
	}
	l.metrics.waiting(true, time.Now())
	if l.batch.Add(&p, Origin{File: "syslog", Line: l.arrived}) {
		l.ship()
		l.batch.Add(&p, Origin{File: "syslog", Line: l.arrived})
	}
}

// ship posts the batch; when the process has no more time, it keeps it.
func (l *Listener) ship() {
	if !l.delivery.deliver(l.ctx, l.batch) {
		return
	}
	l.batch.Reset()
	l.metrics.waiting(false, time.Now())
}

func (l *Listener) refused(views []Rejection) {
	if r := views[0]; !l.delivery.failing {
		l.log.Debug("the collector refused views", "reason", r.Reason, "field", r.Field, "detail", r.Detail)
	}
}
