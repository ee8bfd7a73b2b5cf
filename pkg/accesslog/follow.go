package accesslog

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/prometheus/client_golang/prometheus"
)

// drainFor is how long a renamed or deleted log is kept open after it last grew.
const drainFor = time.Minute

// Follower ships access logs while they are being written.
//
// It looks at the files every Poll, which also works where change notices do not (network and
// overlay file systems), and reads by position: rename rotation, truncation in place, deleted and
// recreated files, and lines that are not finished yet are all seen by comparing identity, size and
// first line. Ready-made tailing libraries hand out lines and forget where a line began once it is
// read; here the place in the log must not move before the collector's 202, and must survive a
// restart.
//
// One batch is in flight at a time. While the collector cannot take it, nothing more is read:
// the logs themselves are the buffer. The checkpoint follows the acknowledgement, so a crash repeats
// a batch, which the events' ids make harmless; and a log without a mark is read from its start.
// Lines that a truncation removes before they were read are lost: prefer rotation by renaming.
type Follower struct {
	cfg      FollowConfig
	delivery *delivery
	extract  *Extractor
	metrics  *metrics
	logs     logs
	lines    *LineReader
	batch    *Batch
	turn     int // the file that is read first; changes, so that no file starves

	cancel  context.CancelFunc
	stopped chan struct{}
}

// NewFollower makes a Follower that has not started; its metrics are registered with reg.
func NewFollower(client ClientConfig, cfg FollowConfig, reg prometheus.Registerer, log *slog.Logger) (*Follower, error) {
	if len(cfg.Files) == 0 {
		return nil, errors.New("follow: shipper-files must name at least one access log")
	}
	if err := errors.Join(cfg.Validate(), client.Validate()); err != nil {
		return nil, fmt.Errorf("follow: %w", err)
	}
	extract, err := client.extractor(cfg.Site)
	if err != nil {
		return nil, fmt.Errorf("follow: %w", err)
	}
	f := &Follower{
		cfg:     cfg,
		extract: extract,
		metrics: newMetrics(reg),
		lines:   NewLineReader(nil, 0),
		batch:   NewBatch(),
	}
	f.logs = logs{globs: cfg.Files, drain: drainFor, log: log, noted: map[string]bool{}}
	if f.delivery, err = newDelivery(client, f.metrics, log, "keeping the place and trying again", f.refused); err != nil {
		return nil, fmt.Errorf("follow: %w", err)
	}
	return f, nil
}

// Start reads the checkpoint and begins to ship. The end of ctx does not stop the Follower.
func (f *Follower) Start(ctx context.Context) error {
	marks, err := loadMarks(f.cfg.State)
	if err != nil {
		return err
	}
	if err := saveMarks(f.cfg.State, marks); err != nil { // better now than after the first batch
		return err
	}
	f.logs.parked = marks
	ctx, f.cancel = context.WithCancel(context.WithoutCancel(ctx))
	f.stopped = make(chan struct{})
	go f.run(ctx)
	return nil
}

// Stop ends shipping. A batch in flight is given up: it is posted again after the next Start.
func (f *Follower) Stop(ctx context.Context) error {
	f.cancel()
	select {
	case <-f.stopped:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("stop following: %w", context.Cause(ctx))
	}
}

func (f *Follower) run(ctx context.Context) {
	defer close(f.stopped)
	defer f.delivery.client.Close()
	defer f.logs.close()
	poll := time.NewTicker(f.cfg.Poll)
	defer poll.Stop()
	f.logs.rejoin(time.Now(), true)
	for {
		if f.logs.lost {
			f.logs.rejoin(time.Now(), false)
		}
		if !f.catchUp(ctx) {
			return
		}
		f.logs.find(time.Now())
		if f.fill(ctx) {
			if !f.ship(ctx) {
				return
			}
			continue
		}
		f.logs.retire(time.Now())
		f.metrics.waiting(false, time.Now())
		f.metrics.places(f.logs.open)
		select {
		case <-ctx.Done():
			return
		case <-poll.C:
		}
	}
}

// fill reads what the logs hold into the batch, up to its bounds, and reports whether it has read
// any line.
func (f *Follower) fill(ctx context.Context) bool {
	f.batch.Reset()
	f.turn++
	some := false
	for i := range f.logs.open {
		t := f.logs.open[(f.turn+i)%len(f.logs.open)]
		if !f.logs.look(t, time.Now()) {
			continue
		}
		before := t.next
		full := f.read(ctx, t)
		some = some || t.next > before
		if full {
			break
		}
	}
	if some {
		f.metrics.waiting(true, time.Now())
	}
	return some
}

// read moves whole lines from a log into the batch.
func (f *Follower) read(ctx context.Context, t *tail) (full bool) {
	f.lines.Reset(t.rest(), t.next)
	f.extract.Begin(t.first)
	for ctx.Err() == nil {
		raw, err := f.lines.Next()
		if err != nil && !errors.Is(err, io.EOF) {
			f.logs.note(slog.LevelError, troubleRead, t.path, err)
		}
		if err != nil || !raw.Whole {
			return false
		}
		var p event.Posted
		_, reason := f.extract.Event(raw, &p)
		if reason == "" && f.batch.Add(&p, Origin{File: t.path}) {
			return true
		}
		f.metrics.count(reason)
		t.take(raw)
	}
	return false
}
