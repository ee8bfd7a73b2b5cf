package rollup

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

var (
	firstDate = ledger.Date{Year: 1970, Month: 1, Day: 1}
	lastDate  = ledger.Date{Year: 2149, Month: 1, Day: 1}
)

const (
	// overlap is how far a look reads back before the one before it: a row's time of storing is taken
	// when its insert begins, and the row is seen when that ends.
	overlap = 10 * time.Minute
	// recent is how many of the last published days are read back whole at start; of those before
	// only the rows are counted.
	recent = 7
)

// knowledge is what the schedule has found out about a zone since it started.
type knowledge struct {
	sel       string    // the sites it holds for
	seen      time.Time // events stored up to here are in touched
	next      time.Time // when looking for more is worth its price
	touched   map[ledger.Date]ledger.Touch
	first     map[ledger.Date]time.Time // when a look first saw the day
	broken    map[ledger.Date]string
	older     map[ledger.Date]bool            // of the broken ones, those that follow older definitions
	failed    map[ledger.Date]int             // runs since the last that did not
	final     map[ledger.Date]bool            // published days, and whether they are final
	told      map[ledger.Date]ledger.Standing // what the console was told of the day
	lookTold  time.Time                       // when it was last told of a look
	inspected bool
}

func newKnowledge(sel string) *knowledge {
	return &knowledge{
		sel: sel, touched: map[ledger.Date]ledger.Touch{}, first: map[ledger.Date]time.Time{},
		broken: map[ledger.Date]string{}, older: map[ledger.Date]bool{}, failed: map[ledger.Date]int{}, final: map[ledger.Date]bool{},
		told: map[ledger.Date]ledger.Standing{},
	}
}

// observe adds the events stored since the last look. The first look, and one after the zone's sites
// have changed, takes in all of them.
func (s *Schedule) observe(ctx context.Context, zone *time.Location, sel ledger.Selection) (*knowledge, error) {
	key := fmt.Sprintf("%t %q", sel.All, sel.Sites)
	known := s.known[zone.String()]
	if known == nil || known.sel != key {
		known = newKnowledge(key)
		if err := s.moved(ctx, known, zone, sel); err != nil {
			return nil, err
		}
	}
	began := s.runner.now()
	if began.Before(known.next) {
		return known, nil
	}
	touched, err := s.days.TouchedDays(ctx, zone, sel, known.seen)
	if err != nil {
		return nil, err
	}
	for date, t := range touched {
		if _, ok := known.first[date]; !ok {
			known.first[date] = began
		}
		known.touched[date] = known.touched[date].Merge(t)
	}
	ended := s.runner.now()
	known.seen, known.next = began.Add(-overlap), ended.Add(damping*ended.Sub(began))
	s.known[zone.String()] = known
	return known, nil
}

// inspect compares, once, what is published with the ledger. A day that differs, since a run was killed
// between the swap and its ledger row, or since somebody changed the rows, becomes due.
func (s *Schedule) inspect(ctx context.Context, known *knowledge, zone *time.Location, runs []ledger.Run) error {
	if known.inspected {
		return nil
	}
	counted, err := s.days.PublishedRows(ctx, zone)
	if err != nil {
		return fmt.Errorf("count published rows: %w", err)
	}
	published, _ := latest(runs)
	whole := readWhole(published, runs)
	for date, run := range published {
		if reason := outdatedBy(run); reason != "" {
			s.redefine(known, date, reason)
			continue
		}
		reason := miscounted(run, counted[date])
		if reason == "" && whole[date] {
			sums, err := s.runner.warehouse.ReadBack(ctx, ledger.Day{Date: date, Zone: zone})
			if err != nil {
				return fmt.Errorf("read back %s: %w", date, err)
			}
			reason = mismatched(run, sums)
		}
		if reason != "" {
			s.found(known, date, reason)
		}
	}
	known.inspected = true
	return nil
}

// outdatedBy says that a run followed older definitions, perhaps when there were fewer tables.
func outdatedBy(run ledger.Run) string {
	if run.DefinitionVersion >= ledger.DefinitionVersion {
		return ""
	}
	return fmt.Sprintf("run %s followed version %d of the definitions, the current one is %d", run.ID, run.DefinitionVersion, ledger.DefinitionVersion)
}

// redefine notes a day whose figures follow older definitions. Without its events it keeps them.
func (s *Schedule) redefine(known *knowledge, date ledger.Date, reason string) {
	if known.touched[date].Events == 0 {
		s.log.Warn("a day keeps the figures of older definitions: its events are gone", "day", date.String(), "reason", reason)
		return
	}
	s.log.Info("the day will be computed again", "day", date.String(), "reason", reason)
	known.broken[date], known.older[date] = reason, true
}

// inOrder puts days that only follow older definitions behind all others, the newest first, since those are
// looked at most.
func (k *knowledge) inOrder(oldestFirst []ledger.Standing) []ledger.Standing {
	var others, older []ledger.Standing
	for _, d := range oldestFirst {
		if k.older[d.Date] {
			older = append(older, d)
		} else {
			others = append(others, d)
		}
	}
	slices.Reverse(older)
	return append(others, older...)
}

// found notes a day that must be mended, or says that it cannot be.
func (s *Schedule) found(known *knowledge, date ledger.Date, reason string) {
	s.runner.metrics.broken.Inc()
	if _, ok := known.touched[date]; !ok {
		s.log.Error("published rows are not those of the ledger, and the day's events are gone", "day", date.String(), "reason", reason)
		return
	}
	s.log.Warn("published rows are not those of the ledger; the day will be computed again", "day", date.String(), "reason", reason)
	known.broken[date] = reason
}

// readWhole picks the days whose rows are read back: the last ones, and those with a run that began
// after the published one and did not publish.
func readWhole(published map[ledger.Date]ledger.Run, runs []ledger.Run) map[ledger.Date]bool {
	whole := map[ledger.Date]bool{}
	var dates []ledger.Date
	for date := range published {
		dates = append(dates, date)
	}
	slices.SortFunc(dates, func(a, b ledger.Date) int { return b.UTC().Compare(a.UTC()) })
	for _, date := range dates[:min(recent, len(dates))] {
		whole[date] = true
	}
	for _, r := range runs {
		if p, ok := published[r.Date]; ok && p.ID != r.ID && r.Started.After(p.Started) {
			whole[r.Date] = true
		}
	}
	return whole
}

// miscounted says which table holds another number of rows than the run published; a table that the
// run did not know is newer than the run, and the day must be filled into it.
func miscounted(run ledger.Run, counted map[string]uint64) string {
	for table, want := range run.Rows {
		if counted[table] != want {
			return fmt.Sprintf("%s holds %d rows, run %s published %d", table, counted[table], run.ID, want)
		}
	}
	for table := range counted {
		if _, ok := run.Rows[table]; !ok {
			return fmt.Sprintf("run %s did not publish %s", run.ID, table)
		}
	}
	return ""
}

func mismatched(run ledger.Run, sums map[string]ledger.Sums) string {
	for table, got := range sums {
		want, ok := run.Checksums[table]
		if !ok {
			return fmt.Sprintf("run %s did not publish %s", run.ID, table)
		}
		if got.Checksum != want {
			return fmt.Sprintf("%s has checksum %016x, run %s published %016x", table, got.Checksum, run.ID, want)
		}
	}
	return ""
}
