package accesslog

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/footfall-analytics/footfall/pkg/accesslog/format"
	"github.com/footfall-analytics/footfall/pkg/event"
)

// shownRejections is how many rejected lines a report names.
const shownRejections = 5

// Report counts what became of the lines of an import: Lines = Views + all Skipped, and, without an
// error or a dry run, Views = Accepted + Rejected.
type Report struct {
	Lines, Views       int64
	Resumed            int64 // lines that an earlier import has done with; not among Lines
	Accepted, Rejected int64
	Skipped            map[format.Reason]int64
	RejectedFor        map[string]int64 // by the collector's reasons
	First              []RejectedLine   // the first few
	FirstDay, LastDay  time.Time        // UTC days of the earliest and the latest view that is not in the future; zero without one
	Elapsed            time.Duration
	DryRun             bool

	mu     *sync.Mutex // posters count answers side by side
	future time.Time   // later views will be refused
}

// RejectedLine is a line that the collector did not take.
type RejectedLine struct {
	Origin
	Rejection
}

func newReport(dryRun bool) Report {
	return Report{Skipped: map[format.Reason]int64{}, RejectedFor: map[string]int64{}, DryRun: dryRun, mu: &sync.Mutex{}, future: time.Now().Add(event.MaxAhead)}
}

// countLine counts one line and returns how many there were so far; the reader alone calls it.
func (r *Report) countLine(at time.Time, reason format.Reason) int64 {
	r.Lines++
	if reason != "" {
		r.Skipped[reason]++
		return r.Lines
	}
	r.Views++
	if at.After(r.future) {
		return r.Lines
	}
	if r.FirstDay.IsZero() || at.Before(r.FirstDay) {
		r.FirstDay = at.Truncate(24 * time.Hour)
	}
	if at.After(r.LastDay) {
		r.LastDay = at.Truncate(24 * time.Hour)
	}
	return r.Lines
}

func (r *Report) countAnswer(a Answer, origins []Origin) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Accepted += int64(a.Accepted)
	r.Rejected += int64(a.Rejected)
	for reason, n := range a.Reasons {
		r.RejectedFor[reason] += int64(n)
	}
	for _, e := range a.Errors {
		if len(r.First) < shownRejections && e.Index >= 0 && e.Index < len(origins) {
			r.First = append(r.First, RejectedLine{origins[e.Index], e})
		}
	}
}

// refusal is the error of an import of which nothing has arrived, as with a site that the collector
// does not know.
func (r *Report) refusal() error {
	if r.Rejected == 0 || r.Accepted > 0 || len(r.First) == 0 {
		return nil
	}
	first := r.First[0]
	return fmt.Errorf("import: the collector took none of the %d views; the first, %s:%d: %s %q %s",
		r.Views, first.File, first.Line, first.Field, first.Value, first.Detail)
}

// Print writes the report for people.
func (r *Report) Print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "lines read\t%d\n", r.Lines)
	if r.Resumed > 0 {
		fmt.Fprintf(w, "lines done before\t%d\n", r.Resumed)
	}
	if r.DryRun {
		fmt.Fprintf(w, "views\t%d\t(dry run: nothing was posted)\n", r.Views)
	} else {
		fmt.Fprintf(w, "views\t%d\n  accepted\t%d\n  rejected\t%d\n", r.Views, r.Accepted, r.Rejected)
		printCounts(w, "    rejected: ", r.RejectedFor)
	}
	fmt.Fprintf(w, "skipped\t%d\n", r.Lines-r.Views)
	printCounts(w, "  ", r.Skipped)
	fmt.Fprintf(w, "time\t%s\t(%.0f lines/s)\n", r.Elapsed.Round(time.Millisecond), perSecond(r.Lines, r.Elapsed))
	if !r.FirstDay.IsZero() {
		fmt.Fprintf(w, "days (UTC)\t%s to %s\n", r.FirstDay.Format(time.DateOnly), r.LastDay.Format(time.DateOnly))
	}
	for _, line := range r.First {
		fmt.Fprintf(w, "rejected %s:%d: %s %q %s\n", line.File, line.Line, line.Field, line.Value, line.Detail)
	}
	if r.Accepted > 0 && !r.FirstDay.IsZero() {
		fmt.Fprintf(w, "run: footfall rollup backfill --from %s --to %s\n", r.FirstDay.Format(time.DateOnly), r.LastDay.Format(time.DateOnly))
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("print the report: %w", err)
	}
	return nil
}

// printCounts writes the counts, the largest first.
func printCounts[K ~string](w io.Writer, indent string, counts map[K]int64) {
	keys := slices.SortedFunc(maps.Keys(counts), func(a, b K) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	for _, k := range keys {
		fmt.Fprintf(w, "%s%s\t%d\n", indent, k, counts[k])
	}
}

func perSecond(n int64, elapsed time.Duration) float64 {
	return float64(n) / max(elapsed.Seconds(), 1e-6)
}
