package jobs

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/sites"
)

// maxDays bounds a range: ten years.
const maxDays = 3660

func invalid(location string, value any, err error) error {
	return huma.Error422UnprocessableEntity(err.Error(), &huma.ErrorDetail{Message: err.Error(), Location: location, Value: value})
}

// date reads a day.
func date(location, text string) (ledger.Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return ledger.Date{}, invalid(location, text, fmt.Errorf("day %q must be a date such as 2026-01-31", text))
	}
	return ledger.DateOf(t), nil
}

// span reads a range of days, both included; where is what its fields' locations begin with.
func span(where, from, to string) (first, last ledger.Date, err error) {
	if first, err = date(where+"from", from); err != nil {
		return first, last, err
	}
	if last, err = date(where+"to", to); err != nil {
		return first, last, err
	}
	days := int(last.UTC().Sub(first.UTC()).Hours()/24) + 1
	switch {
	case days < 1:
		err = invalid(where+"to", to, fmt.Errorf("the range ends on %s, before it begins on %s", last, first))
	case days > maxDays:
		err = invalid(where+"to", to, fmt.Errorf("the range from %s to %s has %d days; at most %d can be asked for", first, last, days, maxDays))
	}
	return first, last, err
}

// zone checks the name of a zone to read about, which need not have sites any more; it may be left out.
func zone(location, name string) error {
	if name == "" {
		return nil
	}
	if _, err := sites.LoadZone(name); err != nil {
		return invalid(location, name, err)
	}
	return nil
}

// zonesOf picks the zones with sites: the named one, or all for an empty name.
func (j *Jobs) zonesOf(location, name string) ([]sites.Zone, error) {
	all := j.zones.Zones()
	if name == "" {
		return all, nil
	}
	i := slices.IndexFunc(all, func(z sites.Zone) bool { return z.Location.String() == name })
	if i < 0 {
		return nil, invalid(location, name, fmt.Errorf("no site is counted in the time zone %q", name))
	}
	return all[i : i+1], nil
}

// everything tells whether the caller may see what is summed over all sites.
func everything(ctx context.Context) bool { return access.From(ctx).All }

// allowed gives a figure to those who may see every site.
func allowed[T any](ctx context.Context, v T) *T {
	if !everything(ctx) {
		return nil
	}
	return &v
}

// hidden stands for texts that may name sites or sums.
const hidden = "only whoever may see every site can read this"

func textFor(ctx context.Context, text string) string {
	if text == "" || everything(ctx) {
		return text
	}
	return hidden
}

// instant leaves out times that are not there.
func instant(t time.Time) *time.Time {
	if t.Unix() <= 0 {
		return nil
	}
	t = t.UTC()
	return &t
}
