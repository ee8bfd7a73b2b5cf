package runs

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/rollup"
)

// disturbed lets something happen right after the swap.
type disturbed struct {
	rollup.Warehouse
	then func()
}

func (d disturbed) Publish(ctx context.Context, s *ledger.Staging) error {
	err := d.Warehouse.Publish(ctx, s)
	d.then()
	return err
}

// TestReadSwapped: a run fails when a table does not hold what was swapped in. Parts that were merged
// meanwhile are read, and the same.
func TestReadSwapped(t *testing.T) {
	day := dayIn(t, "2021-01-14", "UTC")
	insert(t, view("swapped", day.Start().Add(time.Hour), "/"), view("swapped", day.Start().Add(2*time.Hour), "/more"))
	run := func(then ...string) error {
		t.Helper()
		w := disturbed{store, func() {
			for _, sql := range then {
				exec(t, sql)
			}
		}}
		_, err := newRunner(w, store).Run(t.Context(), day, only("swapped"), true)
		return err
	}
	const partition = " PARTITION ('2021-01-14', 'UTC')"
	for _, then := range [][]string{
		{"INSERT INTO daily_site SELECT * FROM daily_site WHERE day = '2021-01-14' AND tz = 'UTC'"},
		{"ALTER TABLE daily_ip_time DROP" + partition},
		{"ALTER TABLE daily_sessions UPDATE exit_path = '/other' IN" + partition + " WHERE 1 SETTINGS mutations_sync = 2"},
	} {
		if err := run(then...); err == nil || !strings.Contains(err.Error(), "read back") {
			t.Errorf("after %s: error %v, want one of the read back", then, err)
		}
	}
	if err := run("OPTIMIZE TABLE daily_ip_access" + partition + " FINAL"); err != nil {
		t.Errorf("after a merge: %v", err)
	}
	if got := verify(t, day, "swapped"); verdict(got) != rollup.Equal {
		t.Errorf("in the end: %+v", got)
	}
}
