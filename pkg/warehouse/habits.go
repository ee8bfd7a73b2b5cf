package warehouse

import (
	"context"
	"math"
	"strconv"
)

// never is a number of views that no visitor has in a day: it turns a rule off.
const never = math.MaxUint32

// useHabits sets the parameters by which a visitor's views of a day tell a program.
func (s *stage) useHabits() {
	s.params["kept_reasons"] = strconv.FormatUint(^s.Rules.Decided(), 10)
	views, within := s.Rules.Rate()
	silent, addresses, percent := s.Rules.LogWithoutBeacon()
	s.params["rate_views"], s.params["rate_ms"] = orNever(views), strconv.FormatInt(within.Milliseconds(), 10)
	s.params["silent_views"] = orNever(silent)
	s.params["common_addresses"], s.params["common_percent"] = strconv.Itoa(addresses), strconv.Itoa(percent)
}

func orNever(views int) string {
	if views == 0 {
		views = never
	}
	return strconv.Itoa(views)
}

// findBeaconSites tells where the beacon is in use, so that views of which only the log knows are a sign.
func (s *stage) findBeaconSites(ctx context.Context) error {
	if views, _, _ := s.Rules.LogWithoutBeacon(); views == 0 {
		return nil
	}
	return s.exec(ctx, "rollups/fill_beacon_sites", s.params)
}
