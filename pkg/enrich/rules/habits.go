package rules

import (
	"fmt"
	"time"
)

// habits tell a program by all that a visitor (site, address, user-agent) does in a local day. A rule that a
// file leaves out is off.
type habits struct {
	RateRule   rate   `json:"rate"`
	SilentRule silent `json:"log_without_beacon"`
}

// rate: more than so many views that start within so many seconds.
type rate struct{ Views, Seconds int }

// silent: at least so many views, of which only the log knows, although the beacon is in use. It is where log
// and beacon have seen people at common addresses: so many of them, and so many percent of the log's.
type silent struct {
	Views           int
	CommonAddresses int `json:"common_addresses"`
	CommonPercent   int `json:"common_percent"`
}

const (
	secondsOfDay = 24 * 60 * 60
	mostViews    = 1_000_000_000
)

func (h habits) check() error {
	r, s := h.RateRule, h.SilentRule
	if r != (rate{}) && (r.Views < 1 || r.Views > mostViews || r.Seconds < 1 || r.Seconds > secondsOfDay) {
		return fmt.Errorf("rate: views %d must lie from 1 to %d, and seconds %d from 1 to %d", r.Views, mostViews, r.Seconds, secondsOfDay)
	}
	if s != (silent{}) && (s.Views < 1 || s.Views > mostViews || s.CommonAddresses < 1 || s.CommonPercent < 0 || s.CommonPercent > 100) {
		return fmt.Errorf("log_without_beacon: views %d must lie from 1 to %d, common_addresses %d be at least 1, and common_percent %d lie from 0 to 100",
			s.Views, mostViews, s.CommonAddresses, s.CommonPercent)
	}
	return nil
}

// Rate: more views of one visitor than this that start within so much time are a program's. 0 views: no
// number is.
func (h habits) Rate() (views int, within time.Duration) {
	return h.RateRule.Views, time.Duration(h.RateRule.Seconds) * time.Second
}

// LogWithoutBeacon: at least so many views of one visitor that only the log has seen are a program's where
// the beacon is in use: where log and beacon have both seen people at so many addresses, and at so many
// percent of the log's. 0 views: no number is.
func (h habits) LogWithoutBeacon() (views, commonAddresses, commonPercent int) {
	return h.SilentRule.Views, h.SilentRule.CommonAddresses, h.SilentRule.CommonPercent
}
