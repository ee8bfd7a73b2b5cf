package rollup

import (
	"fmt"
	"maps"
	"slices"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// check holds the promise that views and times are equal however they are summed.
func check(s *ledger.Staging) error {
	for _, table := range slices.Sorted(maps.Keys(s.Sums)) {
		if err := checkTable(table, s.Sums[table], s.Want(table)); err != nil {
			return err
		}
	}
	return nil
}

// checkTable compares the sums of a table with those of the views, or of the custom events, that it is made from.
func checkTable(table string, sums, from ledger.Sums) error {
	if table == ledger.EventsTable && (sums.Views != from.Views || sums.Covered != from.Views) {
		return fmt.Errorf("%s holds %d custom events, %d of them distinct; the day has %d", table, sums.Views, sums.Covered, from.Views)
	}
	if sums.Views != from.Views || sums.SpentMS != from.SpentMS || sums.EngagedMS != from.EngagedMS {
		return fmt.Errorf("%s sums to %d views, %d ms spent, %d ms engaged; the day has %d, %d and %d",
			table, sums.Views, sums.SpentMS, sums.EngagedMS, from.Views, from.SpentMS, from.EngagedMS)
	}
	if sums.Covered != sums.Views {
		return fmt.Errorf("%s says what kind of time %d of %d views have", table, sums.Covered, sums.Views)
	}
	return nil
}
