// Package explain says in words how the figures of one address on one day come about: session by
// session, view by view, with the kind of every time and the running sum.
//
// It computes the figures from the definitions in plain Go, apart from the SQL of the rollups, and
// compares its sums with the published ones.
package explain

import (
	"bufio"
	"fmt"
	"io"
	"net/netip"
	"time"

	"github.com/footfall-analytics/footfall/pkg/ledger"
)

// Case is what is to be explained.
type Case struct {
	Site    string
	Address netip.Addr
	Day     ledger.Day
	Views   []ledger.View // of the address, on the day and around it
	Habits  ledger.Habits // by which a visitor is a bot on this day
	// Run is the run whose figures are published; nil when there is none.
	Run       *ledger.Run
	Published ledger.Totals
	Late      time.Time // when the last event arrived that the run has not seen; zero: none
}

// Write explains. It reports whether the sums agree with what is published.
func Write(out io.Writer, c Case) (agrees bool, err error) {
	p := &printer{Writer: bufio.NewWriter(out), Case: c}
	all := chains(c.Views)
	sum := totals(all, c.Day)
	p.header()
	p.visitors(all)
	p.conclusion(sum)
	return c.Run != nil && sum == c.Published, p.Flush()
}

// printer holds the case while its text is written; a failed write shows in Flush.
type printer struct {
	*bufio.Writer
	Case
}

func (p *printer) printf(format string, args ...any) { fmt.Fprintf(p.Writer, format, args...) }

func (p *printer) header() {
	p.printf("How the figures of one address on one day come about\n\n")
	p.printf("  site       %s\n", p.Site)
	p.printf("  address    %s\n", p.Address)
	p.printf("  day        %s, %s long; all times are local: %s\n", p.Day.Date, words(p.Day.End().Sub(p.Day.Start())), p.zone())
	if p.Run == nil {
		p.printf("  published  no run has published this day yet\n\n")
		return
	}
	p.printf("  published  by the run of %s (%s):\n", p.instant(p.Run.Started), p.Run.State)
	if p.Published.Accesses == 0 {
		p.printf("             nothing of this address\n\n")
		return
	}
	p.printf("             %s\n\n", figures(p.Published))
}

// zone names the zone with its distance from UTC, both of them when the clocks change on the day.
func (p *printer) zone() string {
	first, last := p.Day.Start().In(p.Day.Zone), p.Day.End().Add(-1).In(p.Day.Zone)
	text := p.Day.Zone.String() + " (UTC" + first.Format("-07:00")
	if last.Format("-07:00") != first.Format("-07:00") {
		text += ", later UTC" + last.Format("-07:00")
	}
	return text + ")"
}

func (p *printer) visitors(all []chain) {
	seen := 0
	for _, c := range all {
		if len(c.sessions(p.Day)) > 0 {
			seen++
		}
	}
	if seen > 1 {
		p.printf("The address was used with %d browsers or programs; each is a visitor with sessions of its own.\n\n", seen)
	}
	number, sum := 0, time.Duration(0)
	for _, c := range all {
		sessions := c.sessions(p.Day)
		if len(sessions) == 0 {
			continue
		}
		number++
		p.printf("Visitor %d of %d: %s\n\n", number, seen, printable(orNone(c.agent, "no user-agent")))
		p.habits(c)
		for i, s := range sessions {
			sum = p.session(c, i+1, s, sum)
		}
	}
}

func (p *printer) conclusion(sum ledger.Totals) {
	if sum.Accesses == 0 {
		p.printf("No page view of this address started on this day.\n")
	} else {
		p.printf("Altogether %s\n", figures(sum))
	}
	switch {
	case p.Run == nil:
		p.printf("No run has published this day yet, so there is nothing to compare with.\n")
	case sum == p.Published && sum.Accesses == 0:
		p.printf("Nothing is published of it either.\n")
	case sum == p.Published && p.Late.IsZero():
		p.printf("That is what is published, to the millisecond.\n")
	case sum == p.Published:
		p.printf("That is what is published, to the millisecond, although events of this day have arrived since.\n")
	case !p.Late.IsZero():
		p.printf("Published are %s\n", figures(p.Published))
		p.printf("They differ because events have arrived since the run, the last at %s. The day is stale, and will be computed again.\n", p.instant(p.Late))
	default:
		p.printf("Published are %s\n", figures(p.Published))
		p.printf("They differ, and no event has arrived since the run: footfall rollup verify --day %s looks closer.\n", p.Day.Date)
	}
}

// instant writes a local date and time.
func (p *printer) instant(t time.Time) string {
	return t.In(p.Day.Zone).Format("2006-01-02 15:04:05")
}

func orNone(s, none string) string {
	if s == "" {
		return none
	}
	return s
}
