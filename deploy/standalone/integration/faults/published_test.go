package faults

import (
	"context"
	"maps"
	"net/netip"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// accesses are views by UTC day and address.
type accesses map[[2]string]int64

// checkPublished: the daily tables and page_views count every stored view once, on its day.
func (w *world) checkPublished(stored *storedRows) {
	w.t.Helper()
	want, begun := accesses{}, accesses{}
	today, days := time.Now().UTC().Format(time.DateOnly), map[string]bool{}
	for hash, e := range w.journal.byHash() {
		if len(stored.hashes[hash]) == 0 || e.kind != event.Pageview {
			continue
		}
		day := stored.times[hash].Format(time.DateOnly)
		cell := [2]string{day, netip.AddrFrom16(e.ip.As16()).String()}
		want[cell]++
		if day <= today { // a clock that runs ahead makes days that nobody computes yet
			begun[cell]++
			days[day] = true
		}
	}
	if len(days) == 0 {
		return
	}
	for _, run := range runsOfDays(slices.Sorted(maps.Keys(days))) {
		w.command("rollup", "backfill", "--redo=all", "--from="+run[0], "--to="+run[1])
	}
	f := func(what string, want accesses, query string) {
		w.t.Helper()
		got := accesses{}
		for _, row := range rows(w.ask(w.database, query)) {
			got[[2]string{row[0], row[1]}] += integer(w.t, row[2])
		}
		if diff := cmp.Diff(want, got); diff != "" {
			w.t.Errorf("%s differs from the journal (-want +got):\n%.2000s", what, diff)
		}
	}
	f("daily_ip_access", begun, "SELECT day, toString(ip), sum(accesses) FROM daily_ip_access GROUP BY ALL")
	f("page_views", want, "SELECT toDate(started_at, 'UTC'), toString(ip), count() FROM page_views GROUP BY ALL")
}

// runsOfDays joins days that follow each other, so that few commands compute them.
func runsOfDays(days []string) (runs [][2]string) {
	for _, day := range days {
		if n := len(runs); n > 0 && next(runs[n-1][1]) == day {
			runs[n-1][1] = day
			continue
		}
		runs = append(runs, [2]string{day, day})
	}
	return runs
}

func next(day string) string {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return ""
	}
	return at.AddDate(0, 0, 1).Format(time.DateOnly)
}

// command runs a command of the footfall to its end, past all proxies, and must succeed.
func (w *world) command(args ...string) string {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, footfall, args...)
	cmd.Dir = w.dir
	cmd.Env = w.environment(map[string]string{"KAFKA_ADDR": w.broker.addr(), "CLICKHOUSE_ADDR": w.engine.native})
	out, err := cmd.CombinedOutput()
	if err != nil {
		w.t.Fatalf("footfall %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}
