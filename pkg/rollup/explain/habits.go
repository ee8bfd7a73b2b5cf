package explain

import (
	"fmt"
	"time"
)

// Names of what tells a bot by all views of a visitor on a day.
const (
	tooFast = "rate"
	silent  = "log without beacon"
)

// habits says what a visitor's views of the day together tell, and marks those views.
func (p *printer) habits(c chain) {
	today := p.today(c)
	var found []string
	if n, from := p.fastest(today); n > p.Habits.RateViews && p.Habits.RateViews > 0 && c.agent != "" {
		p.printf("  A bot by %s: %d views start within %s, from %s on; more than %d are a program's.\n",
			tooFast, n, words(p.Habits.Within), p.clock(from), p.Habits.RateViews)
		found = append(found, tooFast)
	}
	if p.Habits.SilentViews > 0 && len(today) >= p.Habits.SilentViews && onlyLogged(today) {
		p.printf("  A bot by %s: only the log knows of its %d views; %d or more are a program's where the beacon is in use, as here: it was seen at %d of the log's %s.\n",
			silent, len(today), p.Habits.SilentViews, p.Habits.Common, addresses(p.Habits.Logged))
		found = append(found, silent)
	}
	for _, s := range today {
		s.Bot = s.Bot || len(found) > 0
		s.BotReasons = append(s.BotReasons, found...)
	}
	if len(found) > 0 {
		p.printf("\n")
	}
}

func addresses(n int) string {
	if n == 1 {
		return "one address"
	}
	return fmt.Sprintf("%d addresses", n)
}

// today are the views of a chain that started on the day.
func (p *printer) today(c chain) (steps []*step) {
	for i, s := range c.steps {
		if !s.Start.Before(p.Day.Start()) && s.Start.Before(p.Day.End()) {
			steps = append(steps, &c.steps[i])
		}
	}
	return steps
}

// fastest is the most views that start within the time of the rule, and when the first of them does.
func (p *printer) fastest(today []*step) (n int, from time.Time) {
	first := 0
	for i, s := range today {
		for s.Start.Sub(today[first].Start) > p.Habits.Within {
			first++
		}
		if more := i - first + 1; more > n {
			n, from = more, today[first].Start
		}
	}
	return n, from
}

// onlyLogged: nobody but the log knows anything of these views.
func onlyLogged(today []*step) bool {
	for _, s := range today {
		if !s.OnlyByLog() || s.Pinged {
			return false
		}
	}
	return true
}
