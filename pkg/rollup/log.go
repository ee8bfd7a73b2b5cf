package rollup

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

const (
	// logPatience is how long a run waits for lines of its log to be written.
	logPatience = 5 * time.Second
	// logPause is how long a line may wait for others to be written with it.
	logPause = 500 * time.Millisecond
)

// steps writes the log of one run while it runs, so that people see how far it is and a killed run leaves
// what it did, but for the last half second. Before the swap, at trouble and at the end everything is
// written. Lines that cannot be written cost the run nothing but that time; they are counted.
type steps struct {
	runner *Runner
	run    *ledger.Run

	mu      sync.Mutex
	seq     uint32
	pending []ledger.Step
	timer   *time.Timer // runs while lines are pending
}

// note adds one step.
func (l *steps) note(ctx context.Context, level, name, message string, attrs map[string]string) {
	l.add(ctx, ledger.Step{Level: level, Name: name, Message: message, Attrs: attrs})
	if level != ledger.Info || name == "door" || name == "end" {
		l.flush(ctx)
	}
}

// add numbers a step, and has it written soon.
func (l *steps) add(ctx context.Context, s ledger.Step) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seq++
	s.Run, s.Job, s.Date, s.Zone, s.Seq = l.run.ID, l.run.Job, l.run.Date, l.run.Zone, l.seq
	s.At = l.runner.now().UTC().Truncate(time.Millisecond)
	l.pending = append(l.pending, s)
	if l.timer == nil {
		l.timer = time.AfterFunc(logPause, func() { l.flush(ctx) })
	}
}

// flush writes what is pending, even when the run was cancelled.
func (l *steps) flush(ctx context.Context) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.pending) == 0 {
		return
	}
	l.timer.Stop()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), logPatience)
	defer cancel()
	if err := l.runner.ledger.LogSteps(ctx, l.pending); err != nil {
		l.runner.metrics.unlogged.Add(float64(len(l.pending)))
		l.runner.log.Warn("write log of run", "run", l.run.ID, "step", l.pending[0].Name, "err", err)
	}
	l.pending, l.timer = nil, nil
}

// timed takes a step and notes how long it took, and what it has told of itself.
func (l *steps) timed(ctx context.Context, name, message string, take func(tell map[string]string) error) error {
	began, attrs := l.runner.now(), map[string]string{}
	err := take(attrs)
	attrs["ms"] = inMS(l.runner.now().Sub(began))
	if err != nil {
		l.note(ctx, ledger.Error, name, err.Error(), attrs)
		return err
	}
	l.note(ctx, ledger.Info, name, message, attrs)
	return nil
}

// substep notes what has happened inside the stage.
func (l *steps) substep(ctx context.Context) func(ledger.Substep) {
	return func(s ledger.Substep) {
		attrs := maps.Clone(s.Attrs)
		if attrs == nil {
			attrs = map[string]string{}
		}
		attrs["ms"] = inMS(s.Took)
		l.note(ctx, ledger.Info, "stage."+s.Name, stageText[s.Name], attrs)
	}
}

// stageText says in words what the substeps of the stage are for.
var stageText = map[string]string{
	"create":  "staging tables made",
	"inputs":  "stored events counted",
	"bounds":  "addresses cut into buckets",
	"prepare": "views that were sent again looked for; sources and networks numbered; channels and bots by the rules",
	"repeats": "views that were sent again reduced",
	"buckets": "sessions and times of every bucket computed",
	"sum":     "views and times summed, custom events counted",
	"tables":  "daily tables filled, merged and summed",
}

// waited notes how the wait for the consumer ended, which went before the run.
func (l *steps) waited(ctx context.Context, c Completeness) {
	attrs := map[string]string{"ms": inMS(c.Waited)}
	if c.Missing != nil {
		l.note(ctx, ledger.Warn, "stored", c.Missing.Error()+"; the day stays provisional", attrs)
		return
	}
	l.note(ctx, ledger.Info, "stored", "all events that were acknowledged are stored", attrs)
}

// staged notes what the stage has come to.
func (l *steps) staged(ctx context.Context, s *ledger.Staging, took time.Duration) {
	l.note(ctx, ledger.Info, "stage", "computed beside the published day", map[string]string{
		"ms": inMS(took), "events": decimal(s.Inputs.Events), "pairs": decimal(s.Pairs),
		"views": decimal(s.From.Views), "spent_ms": decimal(s.From.SpentMS), "engaged_ms": decimal(s.From.EngagedMS),
	})
}

// checks notes both sides of each equation, table by table.
func (l *steps) checks(ctx context.Context, s *ledger.Staging) {
	for _, table := range slices.Sorted(maps.Keys(s.Sums)) {
		sums, want := s.Sums[table], s.Want(table)
		line := ledger.Step{Level: ledger.Info, Name: "check", Attrs: map[string]string{
			"table": table, "rows": decimal(sums.Rows),
			"views": decimal(sums.Views), "views_want": decimal(want.Views),
			"spent_ms": decimal(sums.SpentMS), "spent_ms_want": decimal(want.SpentMS),
			"engaged_ms": decimal(sums.EngagedMS), "engaged_ms_want": decimal(want.EngagedMS),
			"covered": decimal(sums.Covered), "covered_want": decimal(sums.Views),
			"checksum": checksum(sums.Checksum), "ok": "true",
		}}
		line.Message = fmt.Sprintf("%s: %d views, %d ms spent, %d ms engaged, as the day has", table, sums.Views, sums.SpentMS, sums.EngagedMS)
		if table == ledger.EventsTable {
			line.Message = fmt.Sprintf("%s: %d custom events, each once, as the day has", table, sums.Views)
		}
		if err := checkTable(table, sums, want); err != nil {
			line.Level, line.Message, line.Attrs["ok"] = ledger.Error, err.Error(), "false"
		}
		l.add(ctx, line)
	}
}

func decimal(n uint64) string     { return strconv.FormatUint(n, 10) }
func checksum(n uint64) string    { return fmt.Sprintf("%016x", n) }
func inMS(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
