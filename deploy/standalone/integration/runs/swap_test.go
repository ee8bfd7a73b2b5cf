package runs

import (
	"context"
	"errors"
	"flag"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/rollup"
	"github.com/footfall-analytics/footfall/pkg/warehouse"
)

var (
	swaps = flag.Int("swaps", 5, "swaps that a reader polls through")
	races = flag.Int("races", 2, "pairs of runs at once")
)

// TestTwoAtOnce: two runs of one day both end, and what is published is what the ledger says.
func TestTwoAtOnce(t *testing.T) {
	day := dayIn(t, "2021-01-08", "UTC")
	for race := range *races {
		v := view("two", day.Start().Add(time.Duration(race)*time.Minute), "/")
		insert(t, v, custom(v, "signup"))
		var both sync.WaitGroup
		runs, errs := make([]ledger.Run, 2), make([]error, 2)
		for i := range runs {
			both.Go(func() { runs[i], errs[i] = newRunner(store, store).Run(t.Context(), day, only("two"), true) })
		}
		both.Wait()
		ended := 0
		for i, r := range runs {
			if r.State == ledger.Final {
				ended++
			} else if !errors.Is(errs[i], rollup.ErrSuperseded) {
				t.Errorf("a run ended as %s: %s", r.State, r.Error)
			}
		}
		if ended == 0 {
			t.Fatal("neither run has published")
		}
		got := verify(t, day, "two")
		if verdict(got) != rollup.Equal {
			t.Errorf("after two runs at once: %+v", got)
		}
		for _, table := range got.Tables {
			if table.Published.Views != uint64(race+1) {
				t.Errorf("after race %d %s holds %d views, want %d", race, table.Table, table.Published.Views, race+1)
			}
		}
	}
}

// TestRerun: the same events give the same checksums.
func TestRerun(t *testing.T) {
	day := dayIn(t, "2021-01-10", "UTC")
	insert(t, view("rerun", day.Start().Add(time.Hour), "/"), view("rerun", day.Start().Add(2*time.Hour), "/"))
	first, second := publish(t, day, "rerun"), publish(t, day, "rerun")
	if diff := cmp.Diff(first.Checksums, second.Checksums); diff != "" {
		t.Errorf("checksums (-first +second):\n%s", diff)
	}
}

// TestEmptyDay: a day without events is published as such, again and again, and its empty partition
// touches neither its neighbours nor the same date in another zone.
func TestEmptyDay(t *testing.T) {
	empty := dayIn(t, "2021-01-20", "UTC")
	others := []ledger.Day{dayIn(t, "2021-01-19", "UTC"), dayIn(t, "2021-01-21", "UTC"), dayIn(t, "2021-01-20", "Asia/Yangon")}
	before := make([]map[string]ledger.Sums, len(others))
	for i, day := range others {
		insert(t, view("empty-neighbour", day.Start().Add(time.Hour), "/"))
		publish(t, day, "empty-neighbour")
		before[i] = readBack(t, day)
	}
	for range 2 {
		run := publish(t, empty, "empty")
		if run.State != ledger.Final || run.Views != 0 || run.Rows["daily_ip_access"] != 0 {
			t.Errorf("an empty day: %+v", run)
		}
		if got := verify(t, empty, "empty"); verdict(got) != rollup.Equal {
			t.Errorf("an empty day: %+v", got)
		}
	}
	for i, day := range others {
		if diff := cmp.Diff(before[i], readBack(t, day)); diff != "" || before[i]["daily_site"].Views == 0 {
			t.Errorf("%s beside an empty day (-before +after):\n%s", day, diff)
		}
	}
}

func readBack(t *testing.T, day ledger.Day) map[string]ledger.Sums {
	t.Helper()
	sums, err := store.ReadBack(t.Context(), day)
	if err != nil {
		t.Fatal(err)
	}
	return sums
}

// TestReader: somebody who reads while a day is swapped again and again, with more views each time, sees
// in each table a day as some run has published it, and never an earlier one after a later one.
func TestReader(t *testing.T) {
	day := dayIn(t, "2021-01-12", "UTC")
	var views []event.Event
	for i := range 50 {
		v := view("reader", day.Start().Add(time.Duration(i)*10*time.Minute), "/")
		views = append(views, v, custom(v, "signup"))
	}
	insert(t, views...)
	published := []ledger.Run{publish(t, day, "reader")}
	ctx, stop := context.WithCancel(t.Context())
	seen := map[string][]ledger.Sums{} // each once, in the order of reading
	reads := 0
	var reading sync.WaitGroup
	reading.Go(func() {
		for ctx.Err() == nil {
			sums, err := store.ReadBack(ctx, day)
			if err != nil {
				if ctx.Err() == nil {
					t.Errorf("a reader cannot read: %v", err)
				}
				return
			}
			for table, got := range sums {
				if old := seen[table]; len(old) == 0 || old[len(old)-1] != got {
					seen[table] = append(old, got)
				}
			}
			reads++
		}
	})
	for i := range *swaps {
		more := view("reader", day.Start().Add(time.Duration(i)*time.Second), "/more")
		insert(t, more, custom(more, "signup"))
		published = append(published, publish(t, day, "reader"))
	}
	stop()
	reading.Wait()
	t.Logf("%d reads during %d swaps", reads, *swaps)
	for _, table := range warehouse.Published {
		inOrder(t, table, seen[table], published)
	}
}

// inOrder holds what was read of a table against what the runs have published.
func inOrder(t *testing.T, table string, seen []ledger.Sums, runs []ledger.Run) {
	t.Helper()
	for _, got := range seen {
		for len(runs) > 0 && runs[0].Checksums[table] != got.Checksum {
			runs = runs[1:]
		}
		if len(runs) == 0 || runs[0].Rows[table] != got.Rows || runs[0].Views != got.Views {
			t.Errorf("a reader saw %+v in %s, which no run had just published", got, table)
			return
		}
	}
}
