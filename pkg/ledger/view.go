package ledger

import (
	"slices"
	"time"

	"github.com/google/uuid"
)

// View is one page view with what its time is made from, for those who explain figures.
type View struct {
	ID    uuid.UUID
	Agent string // user-agent
	Start time.Time
	Path  string
	Bot   bool
	// BotReasons say why, in words.
	BotReasons []string
	Witnesses  []string // who saw the page view
	Request    string   // the web server's id of the request
	// LogStart and LogRequest are when and for which request the log saw the view under an id of its own,
	// when it did; Start is the earlier one then.
	LogStart   time.Time
	LogRequest string
	Pinged     bool // whether any engagement has arrived; the fields below are zero without
	// ClaimedMS is the engaged time that the browser told, ObservedMS how long the server saw the view
	// itself, StatedMS the engaged time that a trusted server told.
	ClaimedMS, ObservedMS, StatedMS int64
}

// grace is what a browser may claim beyond what the server has seen.
const grace = 5 * time.Second

// Engaged is the engaged time that the pings of the view prove.
func (v View) Engaged() time.Duration {
	if !v.Pinged {
		return 0
	}
	claimed := min(time.Duration(v.ClaimedMS)*time.Millisecond, time.Duration(v.ObservedMS)*time.Millisecond+grace)
	return max(claimed, time.Duration(v.StatedMS)*time.Millisecond)
}

// ByLog says whether the web server's log has seen the view, and OnlyByLog whether nobody else has.
func (v View) ByLog() bool     { return slices.Contains(v.Witnesses, "log") }
func (v View) OnlyByLog() bool { return v.ByLog() && len(v.Witnesses) == 1 }

// Habits tell a bot by all views of a visitor on a day.
type Habits struct {
	// More than RateViews views that start Within this time are a program's; 0: the rule is off.
	RateViews int
	Within    time.Duration
	// SilentViews views or more that only the log knows are a program's; 0: the rule is off, or the beacon is
	// not in use. It is where it has been seen at enough of the log's addresses: at Common of Logged.
	SilentViews, Common, Logged int
}

// Totals are the figures of one address on one day.
type Totals struct {
	Accesses, Sessions, SpentMS, EngagedMS, Evidence, Gap, Unknown uint64
}
