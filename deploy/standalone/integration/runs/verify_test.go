package runs

import (
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/rollup"
)

func verify(t *testing.T, day ledger.Day, site string) rollup.Verification {
	t.Helper()
	v, err := newRunner(store, store).Verify(t.Context(), store, day, only(site))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// verdict is what all tables of the day agree on, or that of daily_ip_access with a mark.
func verdict(v rollup.Verification) string {
	if len(v.Tables) == 0 {
		return "none"
	}
	for _, c := range v.Tables {
		if c.Verdict != v.Tables[0].Verdict {
			return v.Tables[0].Verdict + ", " + c.Table + " " + c.Verdict
		}
	}
	return v.Tables[0].Verdict
}

// TestVerify: a published day is equal, then stale through a late event, then different through a hand
// on the table.
func TestVerify(t *testing.T) {
	day := dayIn(t, "2021-01-05", "UTC")
	noon := day.Start().Add(12 * time.Hour)
	insert(t, view("verify", noon, "/a"), view("verify", noon.Add(time.Minute), "/b"), custom(view("verify", noon, "/a"), "signup"))
	if got := verify(t, day, "verify"); got.Published != nil || got.Differs() {
		t.Fatalf("a day that is not published: %+v", got)
	}
	first := publish(t, day, "verify")
	if got := verify(t, day, "verify"); verdict(got) != rollup.Equal || !got.Late.IsZero() {
		t.Fatalf("a published day: %+v", got)
	}
	late := view("verify", noon.Add(2*time.Minute), "/late")
	insert(t, late, custom(late, "signup"))
	if got := verify(t, day, "verify"); verdict(got) != rollup.Stale || got.Late.Before(first.Started) || got.Differs() {
		t.Fatalf("after a late event: %+v", got)
	}
	again := publish(t, day, "verify")
	if got := verify(t, day, "verify"); verdict(got) != rollup.Equal || again.Checksums["daily_ip_access"] == first.Checksums["daily_ip_access"] {
		t.Fatalf("after the late event was counted: %+v", got)
	}
	exec(t, "ALTER TABLE daily_ip_access UPDATE accesses = accesses + 1 WHERE day = '2021-01-05' AND tz = 'UTC' SETTINGS mutations_sync = 2")
	got := verify(t, day, "verify")
	for _, c := range got.Tables {
		if want := c.Table == "daily_ip_access"; (c.Verdict == rollup.Different) != want {
			t.Errorf("after somebody changed daily_ip_access, %s is %s: %+v", c.Table, c.Verdict, c)
		}
	}
	if !got.Differs() {
		t.Errorf("after somebody changed the rows: %+v", got)
	}
}
