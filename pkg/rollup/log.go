package rollup

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// logPatience is how long a run waits for a line of its log to be written.
const logPatience = 5 * time.Second

// steps writes the log of one run, each step as soon as it has ended, so that a running run shows how
// far it is and a killed one leaves what it did. A line that cannot be written costs the run nothing but
// that time; it is counted.
type steps struct {
	runner *Runner
	run    *ledger.Run
	seq    uint32
}

// note writes one step.
func (l *steps) note(ctx context.Context, level, name, message string, attrs map[string]string) {
	l.write(ctx, []ledger.Step{{Level: level, Name: name, Message: message, Attrs: attrs}})
}

// write numbers and writes steps, even when the run was cancelled.
func (l *steps) write(ctx context.Context, lines []ledger.Step) {
	at := l.runner.now().UTC().Truncate(time.Millisecond)
	for i := range lines {
		l.seq++
		s := &lines[i]
		s.Run, s.Job, s.Date, s.Zone, s.At, s.Seq = l.run.ID, l.run.Job, l.run.Date, l.run.Zone, at, l.seq
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), logPatience)
	defer cancel()
	if err := l.runner.ledger.LogSteps(ctx, lines); err != nil {
		l.runner.metrics.unlogged.Add(float64(len(lines)))
		l.runner.log.Warn("write log of run", "run", l.run.ID, "step", lines[0].Name, "err", err)
	}
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
	"prepare": "views that were sent again looked for; sources and networks numbered",
	"repeats": "views that were sent again reduced",
	"buckets": "sessions and times of every bucket computed",
	"sum":     "views and times summed",
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
	var lines []ledger.Step
	for _, table := range slices.Sorted(maps.Keys(s.Sums)) {
		sums := s.Sums[table]
		line := ledger.Step{Level: ledger.Info, Name: "check", Attrs: map[string]string{
			"table": table, "rows": decimal(sums.Rows),
			"views": decimal(sums.Views), "views_want": decimal(s.From.Views),
			"spent_ms": decimal(sums.SpentMS), "spent_ms_want": decimal(s.From.SpentMS),
			"engaged_ms": decimal(sums.EngagedMS), "engaged_ms_want": decimal(s.From.EngagedMS),
			"covered": decimal(sums.Covered), "covered_want": decimal(sums.Views),
			"checksum": checksum(sums.Checksum), "ok": "true",
		}}
		line.Message = fmt.Sprintf("%s: %d views, %d ms spent, %d ms engaged, as the day has", table, sums.Views, sums.SpentMS, sums.EngagedMS)
		if err := checkTable(table, sums, s.From); err != nil {
			line.Level, line.Message, line.Attrs["ok"] = ledger.Error, err.Error(), "false"
		}
		lines = append(lines, line)
	}
	if len(lines) > 0 {
		l.write(ctx, lines)
	}
}

func decimal(n uint64) string     { return strconv.FormatUint(n, 10) }
func checksum(n uint64) string    { return fmt.Sprintf("%016x", n) }
func inMS(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
