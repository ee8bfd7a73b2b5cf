package jobs

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// JobTable is what a run published in one table.
type JobTable struct {
	Table    string  `json:"table"`
	Rows     *uint64 `json:"rows" nullable:"true" doc:"Null for those who may not see every site."`
	Checksum string  `json:"checksum" doc:"Over all rows, 16 hexadecimal digits; a run on the same events gives the same."`
}

func tablesOf(ctx context.Context, r ledger.Run) []JobTable {
	tables := []JobTable{}
	for _, name := range slices.Sorted(maps.Keys(r.Checksums)) {
		tables = append(tables, JobTable{name, allowed(ctx, r.Rows[name]), fmt.Sprintf("%016x", r.Checksums[name])})
	}
	return tables
}

// JobCheck is one table, summed, beside the views that all tables are made from.
type JobCheck struct {
	Table     string        `json:"table"`
	OK        bool          `json:"ok"`
	Equations []JobEquation `json:"equations" nullable:"false" doc:"Empty for those who may not see every site."`
}

// JobEquation are two sums that must be equal.
type JobEquation struct {
	What string `json:"what" enum:"views,spent_ms,engaged_ms,covered" doc:"covered: views whose time is of a known kind (evidence, gap or unknown), beside the table's views."`
	Got  uint64 `json:"got" doc:"As the table sums."`
	Want uint64 `json:"want" doc:"As the day has."`
}

func checksOf(ctx context.Context, steps []ledger.Step) []JobCheck {
	checks := []JobCheck{}
	for _, s := range steps {
		if s.Name != "check" {
			continue
		}
		c := JobCheck{Table: s.Attrs["table"], OK: s.Attrs["ok"] == "true", Equations: []JobEquation{}}
		for _, what := range []string{"views", "spent_ms", "engaged_ms", "covered"} {
			if everything(ctx) {
				c.Equations = append(c.Equations, JobEquation{what, number(s.Attrs[what]), number(s.Attrs[what+"_want"])})
			}
		}
		checks = append(checks, c)
	}
	return checks
}

// number reads what the rollup has written; what is no number is shown as 0.
func number(text string) uint64 {
	n, _ := strconv.ParseUint(text, 10, 64)
	return n
}

// JobStep is one line of a run's log.
type JobStep struct {
	Seq      uint32            `json:"seq"`
	At       time.Time         `json:"at" doc:"When it ended."`
	Level    string            `json:"level" enum:"info,warn,error"`
	Step     string            `json:"step"`
	Duration *int64            `json:"duration_ms" nullable:"true" doc:"How long it took; null for what takes no time."`
	Message  string            `json:"message"`
	Attrs    map[string]string `json:"attrs" doc:"What belongs to it; empty for those who may not see every site."`
}

func stepsOf(ctx context.Context, steps []ledger.Step) []JobStep {
	lines := []JobStep{}
	for _, s := range steps {
		line := JobStep{Seq: s.Seq, At: s.At.UTC(), Level: s.Level, Step: s.Name, Message: textFor(ctx, s.Message), Attrs: map[string]string{}}
		if ms, err := strconv.ParseInt(s.Attrs["ms"], 10, 64); err == nil {
			line.Duration = &ms
		}
		if everything(ctx) {
			line.Attrs = s.Attrs
		}
		lines = append(lines, line)
	}
	return lines
}
