package alerts

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/footfall-analytics/footfall/pkg/dashboard/figures"
	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/mail"
)

// figureNames are what rules look at. Live figures are those of the last minutes; the others are of days.
const (
	liveViews   = "live_views"
	beaconShare = "beacon_share"
	received    = "received"
)

var dayFigures = []string{"accesses", "sessions", "addresses", "spent_ms", beaconShare}

// Rule is one rule as the file writes it. Exactly one condition is set.
type Rule struct {
	Name    string   `yaml:"name"`
	Site    string   `yaml:"site"`
	Figure  string   `yaml:"figure"`
	Filters []string `yaml:"filters"`
	Bots    string   `yaml:"bots"`

	Above            *float64       `yaml:"above"`
	Below            *float64       `yaml:"below"`
	DeviatesPercent  *float64       `yaml:"deviates_percent"`
	BeaconShareBelow *float64       `yaml:"beacon_share_below"`
	NoData           *time.Duration `yaml:"no_data"`

	Recipients `yaml:",inline"`
}

// Recipients are who is told.
type Recipients struct {
	To                []string `yaml:"to"`
	Webhook           string   `yaml:"webhook"`
	WebhookSecretFile string   `yaml:"webhook_secret_file"`
}

// live reports whether the rule looks at the last minutes instead of days.
func (r Rule) live() bool { return r.Figure == liveViews || r.Figure == received }

var namePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)

// check fills what was left out, and refuses what cannot work.
func (r *Rule) check() error {
	if !namePattern.MatchString(r.Name) {
		return fmt.Errorf("name %q must be of a-z, 0-9 and -, at most 64 of them", r.Name)
	}
	if err := event.CheckSite(r.Site); err != nil {
		return err
	}
	if r.Bots == "" {
		r.Bots = "people"
	}
	if !slices.Contains([]string{"people", "bots", "all"}, r.Bots) {
		return fmt.Errorf("bots %q must be people, bots or all", r.Bots)
	}
	if err := r.checkCondition(); err != nil {
		return err
	}
	if err := r.checkFigure(); err != nil {
		return err
	}
	if r.live() && (len(r.Filters) > 0 || r.Bots != "people") {
		return fmt.Errorf("figure %q: live figures are of everybody and have no filters (%q) and no bots (%q)", r.Figure, r.Filters, r.Bots)
	}
	return figures.CheckFilters(r.Filters)
}

// checkCondition wants one condition that can come true.
func (r *Rule) checkCondition() error {
	n := 0
	for name, v := range map[string]*float64{"above": r.Above, "below": r.Below, "deviates_percent": r.DeviatesPercent, "beacon_share_below": r.BeaconShareBelow} {
		if v == nil {
			continue
		}
		n++
		if math.IsNaN(*v) || math.IsInf(*v, 0) || *v < 0 || *v == 0 && name != "above" {
			return fmt.Errorf("%s %v must be a number greater than 0", name, *v)
		}
	}
	if v := r.BeaconShareBelow; v != nil && *v > 1 {
		return fmt.Errorf("beacon_share_below %v must be a share of at most 1", *v)
	}
	if v := r.NoData; v != nil {
		n++
		if *v < time.Minute || *v > 7*24*time.Hour {
			return fmt.Errorf("no_data %s must be between 1m and 168h", *v)
		}
	}
	if n != 1 {
		return fmt.Errorf("there are %d conditions; one of above, below, deviates_percent, beacon_share_below and no_data is needed", n)
	}
	return nil
}

// checkFigure wants a figure that the condition can look at.
func (r *Rule) checkFigure() error {
	switch implied := r.implied(); {
	case implied != "" && r.Figure != "" && r.Figure != implied:
		return fmt.Errorf("figure %q: this condition looks at %s; leave the figure out", r.Figure, implied)
	case implied != "":
		r.Figure = implied
	case r.Figure == liveViews && r.DeviatesPercent != nil:
		return fmt.Errorf("figure %q: deviates_percent is for figures of days: %s", r.Figure, strings.Join(dayFigures, ", "))
	case r.Figure != liveViews && !slices.Contains(dayFigures, r.Figure):
		return fmt.Errorf("figure %q must be one of %s, %s", r.Figure, strings.Join(dayFigures, ", "), liveViews)
	}
	return nil
}

// implied is the figure that a condition looks at by itself.
func (r *Rule) implied() string {
	switch {
	case r.BeaconShareBelow != nil:
		return beaconShare
	case r.NoData != nil:
		return received
	}
	return ""
}

// checkRecipients wants somebody who can be reached.
func (c Config) checkRecipients(r Recipients, out Ways) error {
	if len(r.To) == 0 && r.Webhook == "" {
		return errors.New("to and webhook are empty: nobody would be told")
	}
	if len(r.To) > 0 && !out.Mail.On() {
		return fmt.Errorf("to %q needs dashboard-weekly-mail-server: name the server to send by", r.To)
	}
	for _, to := range r.To {
		if _, err := mail.ParseAddress(to); err != nil {
			return fmt.Errorf("to: %w", err)
		}
	}
	return out.checkHook(r)
}
