package rollup

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

func TestPlan(t *testing.T) {
	days, err := ledger.Days(date("2026-05-01"), date("2026-05-08"), time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	touched := map[ledger.Date]ledger.Touch{
		date("2026-05-01"): {Last: at("2026-05-01 10:00"), Events: 1},
		date("2026-05-02"): {Last: at("2026-05-04 10:00"), Events: 1},
		date("2026-05-03"): {Last: at("2026-05-03 10:00"), Events: 1},
		date("2026-05-04"): {Last: at("2026-05-04 10:00"), Events: 1},
		date("2026-05-06"): {Last: at("2026-05-05 23:50")}, // only the evening before reaches into it
	}
	runs := []ledger.Run{
		run("2026-05-04", ledger.Failed, "2026-05-05 03:00"),
		run("2026-05-03", ledger.Failed, "2026-05-04 02:00"),
		run("2026-05-04", ledger.Final, "2026-05-05 01:00"),
		run("2026-05-02", ledger.Final, "2026-05-03 01:00"),
		run("2026-05-01", ledger.Final, "2026-05-02 01:00"),
	}
	f := func(redo Redo, want string) {
		t.Helper()
		var got []string
		for _, p := range Plan(redo, at("2026-05-07 12:00"), days, touched, runs) {
			got = append(got, p.Day.Date.String()[8:]+" "+p.Reason)
		}
		if diff := cmp.Diff(want, strings.Join(got, ", ")); diff != "" {
			t.Errorf("redo %s (-want +got):\n%s", redo, diff)
		}
	}
	f(RedoNone, "02 stale")
	f(RedoFailed, "02 stale, 03 failed, 04 failed")
	f(RedoAll, "01 redo, 02 stale, 03 failed, 04 failed, 05 missing, 06 missing, 07 missing")
	touched[date("2026-05-05")] = ledger.Touch{Last: at("2026-05-05 10:00"), Events: 1}
	f(RedoNone, "02 stale, 05 missing")
	runs[4].DefinitionVersion-- // the 1st follows older definitions
	f(RedoNone, "01 stale, 02 stale, 05 missing")
	touched[date("2026-05-01")] = ledger.Touch{} // and its events are gone
	f(RedoNone, "02 stale, 05 missing")
}

func TestCompare(t *testing.T) {
	sums := func(checksum uint64) map[string]ledger.Sums {
		return map[string]ledger.Sums{"t": {Rows: 1, Checksum: checksum}}
	}
	f := func(recorded, published, recomputed uint64, late bool, want string) {
		t.Helper()
		run := ledger.Run{Rows: map[string]uint64{"t": 1}, Checksums: map[string]uint64{"t": recorded}}
		if got := compare(run, sums(recomputed), sums(published), late)[0].Verdict; got != want {
			t.Errorf("ledger %d, published %d, recomputed %d, late %t: %s, want %s", recorded, published, recomputed, late, got, want)
		}
	}
	f(1, 1, 1, false, Equal)
	f(1, 1, 1, true, Equal)
	f(1, 1, 2, true, Stale)
	f(1, 1, 2, false, Different)
	f(1, 2, 1, false, Different)
	f(1, 2, 2, true, Different)
	if got := compare(ledger.Run{}, sums(1), sums(1), false)[0]; got.Verdict != Different || got.Known {
		t.Errorf("a table that the run did not fill: %+v", got)
	}
}
