package weekly

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/footfall-analytics/footfall/pkg/dashboard/delivery"
)

const (
	unknown = "unknown"
	longest = 120 // characters of a text that visitors sent
)

// facts are the totals.
func (r Report) facts() []fact {
	f := func(name, column string, say func(float64) string, change func(now, before float64) string) fact {
		now, before := r.Totals[column], r.Before.Totals[column]
		out := fact{Name: name, Now: shown(now, say), Before: "–"}
		if r.Before.Days == 0 {
			return out
		}
		out.Before = shown(before, say)
		a, known := number(now)
		b, too := number(before)
		if known && too && r.comparable() {
			out.Change = change(a, b)
		}
		return out
	}
	return []fact{
		f("Visits", "sessions", delivery.Count, relative),
		f("Views", "accesses", delivery.Count, relative),
		f("Addresses", "addresses", delivery.Count, relative),
		f("Time spent", "spent_ms", delivery.Duration, relative),
		f("Views whose time is known", "coverage", delivery.Percent, points),
		f("Mean time of a view", "mean_ms", delivery.Duration, relative),
		f("Bounces", "bounce_share", delivery.Percent, points),
	}
}

// comparable reports whether both weeks have figures of all their days: seven are not held against three.
func (r Report) comparable() bool {
	for _, d := range r.Unready {
		if d.State == "missing" {
			return false
		}
	}
	return r.Before.Days == 7
}

// unsure names the days that are not final.
func (r Report) unsure() string {
	if r.Final {
		return ""
	}
	if len(r.Unready) == 0 {
		return "The week had not ended when this was made."
	}
	var days []string
	for i := len(r.Unready) - 1; i >= 0; i-- { // newest first
		how := "provisional"
		if r.Unready[i].State == "missing" {
			how = "without figures"
		}
		days = append(days, dayName(r.Unready[i].Day)+" ("+how+")")
	}
	return "Not final: " + strings.Join(days, ", ") + ". Their figures may still change."
}

// thin says what a comparison with the week before lacks.
func (r Report) thin() string {
	switch {
	case r.Before.Days == 0:
		return "The week before has no figures."
	case r.Before.Days < 7:
		return fmt.Sprintf("The week before has figures of %d days only.", r.Before.Days)
	}
	return ""
}

// alt is the chart in words.
func (r Report) alt() string {
	var days []string
	for i, d := range r.Days {
		text := dayName(d.Day) + " " + pointer(d.Sessions)
		if i < len(r.DaysBefore) {
			text += " (" + pointer(r.DaysBefore[i].Sessions) + ")"
		}
		days = append(days, text)
	}
	return "Visits by day, and in the week before: " + strings.Join(days, ", ")
}

func pointer(n *uint64) string {
	if n == nil {
		return unknown
	}
	return delivery.Count(float64(*n))
}

func dayName(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.Format("Mon 2 Jan")
}

// shown is a figure in words; what is null is unknown, never 0.
func shown(v any, say func(float64) string) string {
	n, ok := number(v)
	if !ok {
		return unknown
	}
	return say(n)
}

func number(v any) (float64, bool) {
	switch v := v.(type) {
	case uint64:
		return float64(v), true
	case int64:
		return float64(v), true
	case float64:
		return v, !math.IsNaN(v) && !math.IsInf(v, 0)
	}
	return 0, false
}

// relative is a change in percent; from nothing it has none.
func relative(now, before float64) string {
	if before == 0 {
		return ""
	}
	return signed(100*(now-before)/before, " %")
}

// points is the change of a share in percentage points.
func points(now, before float64) string { return signed(100*(now-before), " points") }

func signed(f float64, unit string) string {
	if math.Abs(f) < 0.05 {
		return "±0" + unit
	}
	return strings.Replace(fmt.Sprintf("%+.1f%s", f, unit), "-", "−", 1)
}

// pad fills a text up to a width, to the right of it or, when that is negative, to the left.
func pad(width int, text string) string {
	fill := strings.Repeat(" ", max(0, max(width, -width)-len([]rune(text))))
	if width < 0 {
		return fill + text
	}
	return text + fill
}
