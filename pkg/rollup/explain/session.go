package explain

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// session writes one session and returns the sum so far.
func (p *printer) session(c chain, number int, s session, sum time.Duration) time.Duration {
	p.printf("  Session %d: %s.\n", number, p.beginning(c, s.first))
	if first := c.steps[s.first]; !first.broken {
		before := c.steps[s.first-1]
		p.printf("    (%s  %s  counts on the day before)\n", p.clock(before.Start), printable(before.Path))
	}
	for i := s.first; i < s.end; i++ {
		sum = p.view(c, i, sum)
	}
	if s.end < len(c.steps) && !c.steps[s.end].broken {
		next := c.steps[s.end]
		p.printf("    (%s  %s  counts on the next day: midnight cuts the session)\n", p.clock(next.Start), printable(next.Path))
	}
	p.printf("\n")
	return sum
}

// beginning says why a session starts with step i.
func (p *printer) beginning(c chain, i int) string {
	s := c.steps[i]
	if i == 0 {
		return "starts at " + p.clock(s.Start) + " with the first known view of this visitor"
	}
	before := c.steps[i-1]
	if !s.broken {
		return fmt.Sprintf("goes on from the day before, where the last known activity was at %s; midnight cuts", p.clock(before.reach))
	}
	last := "view"
	if !before.reach.Equal(before.reacher) {
		last = "use of the page opened at " + p.clock(before.reacher)
	}
	return fmt.Sprintf("starts at %s, %s after the last known activity (%s at %s): more than 30 min",
		p.clock(s.Start), words(s.Start.Sub(before.reach)), last, p.clock(before.reach))
}

// view writes one view and returns the sum with it.
func (p *printer) view(c chain, i int, sum time.Duration) time.Duration {
	s := c.steps[i]
	p.printf("    %s  %s  seen by %s%s\n", p.clock(s.Start), printable(s.Path), seenBy(s.Witnesses), bot(s.View))
	if !s.LogStart.IsZero() {
		p.printf("              the log's line of %s and the page's own report are one view: %s\n", p.clock(s.LogStart), sameView(s.View))
	}
	p.printf("              %s\n", p.reason(c, i))
	if s.time > 0 {
		p.printf("              %s + %s = %s\n", words(sum), words(s.time), words(sum+s.time))
	}
	return sum + s.time
}

// reason says where the time of a view comes from.
func (p *printer) reason(c chain, i int) string {
	s := c.steps[i]
	switch s.kind {
	case measured:
		return "measured: " + evidence(s)
	case gap:
		next := c.steps[i+1]
		if away := next.Start.Sub(s.Start); away > pause {
			return fmt.Sprintf("gap: the next view came after %s at %s; at most 30 min of that count", words(away), p.clock(next.Start))
		}
		return fmt.Sprintf("gap: %s until the next view at %s", words(s.time), p.clock(next.Start))
	default:
		return "unknown: the last view of its session, and the browser never told how long it was in use; adds nothing"
	}
}

// evidence says what the measured time of a view stands on.
func evidence(s step) string {
	claimed := time.Duration(s.ClaimedMS) * time.Millisecond
	stated := time.Duration(s.StatedMS) * time.Millisecond
	observed := time.Duration(s.ObservedMS) * time.Millisecond
	switch {
	case stated > 0 && s.engaged == stated:
		return fmt.Sprintf("a server of yours told that it was in use for %s", words(stated))
	case claimed > s.engaged:
		return fmt.Sprintf("the browser told %s, but the server saw the page for only %s; with 5 s of grace %s count", words(claimed), words(observed), words(s.engaged))
	default:
		return fmt.Sprintf("the page was visible and in use for %s", words(s.engaged))
	}
}

// clock writes a local time of day, with milliseconds where there are any, and with the date when it
// is not on the day.
func (p *printer) clock(t time.Time) string {
	t = t.In(p.Day.Zone)
	format := "15:04:05.999"
	if t.Before(p.Day.Start()) || !t.Before(p.Day.End()) {
		format = "2006-01-02 15:04:05.999"
	}
	return t.Format(format)
}

// printable keeps what a stranger wrote into a path from steering the terminal.
func printable(s string) string {
	quoted := strconv.Quote(s)
	return quoted[1 : len(quoted)-1]
}

func bot(v ledger.View) string {
	switch {
	case !v.Bot:
		return ""
	case len(v.BotReasons) == 0:
		return "; shows signs of a bot, which reports count apart"
	}
	return "; counted apart as a bot: " + strings.Join(v.BotReasons, ", ")
}
