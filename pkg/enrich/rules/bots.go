package rules

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Reasons why a view counts as a bot's, as bits of bot_reasons. The meaning of a bit never changes.
const (
	Contradiction uint64 = 1 << 0 // client hints contradict the user-agent
	Probe         uint64 = 1 << 1 // the path is one that scanners look for
	Hosting       uint64 = 1 << 2 // the address belongs to a hosting network
	NoAgent       uint64 = 1 << 3 // no user-agent was sent

	// What the user-agent tells is decided again whenever a day is computed.
	Crawler  uint64 = 1 << 8  // it is on the list of crawlers
	Headless uint64 = 1 << 9  // it names a browser that programs drive
	Library  uint64 = 1 << 10 // it names an HTTP library or tool
	Nonsense uint64 = 1 << 11 // it is nothing that a browser sends

	ofAgent = Crawler | Headless | Library | Nonsense
)

// words say the reasons, in the order of their bits.
var words = []struct {
	bit  uint64
	text string
}{
	{Contradiction, "client hints contradict the user-agent"},
	{Probe, "the path is one that scanners look for"},
	{Hosting, "the address belongs to a hosting network"},
	{NoAgent, "no user-agent"},
	{Crawler, "the user-agent is a crawler's"},
	{Headless, "the user-agent is that of a browser that programs drive"},
	{Library, "the user-agent is that of an HTTP library or tool"},
	{Nonsense, "the user-agent is nothing that a browser sends"},
}

// Reasons says the reasons in words; a bit that is not known here has its number.
func Reasons(bits uint64) (texts []string) {
	for _, w := range words {
		if bits&w.bit != 0 {
			texts = append(texts, w.text)
			bits &^= w.bit
		}
	}
	if bits != 0 {
		texts = append(texts, fmt.Sprintf("bits %#x", bits))
	}
	return texts
}

// Bots tells programs from people by their user-agents, by the paths that they ask for, and by what a visitor
// does in a day.
type Bots struct {
	habits
	version string
	kinds   []kind
	people  *patterns
	probes  []string
}

type kind struct {
	reason   uint64
	patterns *patterns
}

// ParseBots reads a file such as bots.json here, and the list crawlers.txt.
func ParseBots(file, crawlers []byte) (b Bots, err error) {
	var in struct {
		Version                                       string
		Crawlers, Headless, Libraries, People, Probes []string
		habits
	}
	d := json.NewDecoder(strings.NewReader(string(file)))
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		return b, fmt.Errorf("read bots: %w", err)
	}
	if in.Version == "" {
		return b, fmt.Errorf("read bots: the field version is missing")
	}
	if err := in.habits.check(); err != nil {
		return b, fmt.Errorf("read bots: %w", err)
	}
	lists := map[string][]string{"crawler": in.Crawlers, "headless": in.Headless, "library": in.Libraries}
	head, lines, _ := strings.Cut(string(crawlers), "\n")
	for line := range strings.Lines(lines) {
		name, pattern, _ := strings.Cut(strings.TrimSpace(line), "\t")
		lists[name] = append(lists[name], pattern)
	}
	for _, k := range []struct {
		name   string
		reason uint64
	}{{"crawler", Crawler}, {"headless", Headless}, {"library", Library}} {
		p, err := compile(lists[k.name])
		if err != nil {
			return b, fmt.Errorf("read bots, %s: %w", k.name, err)
		}
		b.kinds = append(b.kinds, kind{k.reason, p})
	}
	if b.people, err = compile(in.People); err != nil {
		return b, fmt.Errorf("read bots, people: %w", err)
	}
	b.habits, b.version, b.probes = in.habits, in.Version+", "+strings.Join(strings.Fields(head)[1:3], " "), in.Probes
	return b, nil
}

// BotReasons are what a user-agent tells, as bits. None at all tells nothing here.
func (b Bots) BotReasons(userAgent string) (bits uint64) {
	if userAgent == "" || b.people.match(userAgent) {
		return 0
	}
	for _, k := range b.kinds {
		if k.patterns.match(userAgent) {
			bits |= k.reason
		}
	}
	if isNonsense(userAgent) {
		bits |= Nonsense
	}
	return bits
}

// isNonsense: without any letter, or the beginning that all browsers share and nothing behind it.
func isNonsense(userAgent string) bool {
	hasLetter := strings.ContainsFunc(userAgent, func(r rune) bool { return r|0x20 >= 'a' && r|0x20 <= 'z' || r > 0x7f })
	return !hasLetter || userAgent == "Mozilla" || userAgent == "Mozilla/5.0" || userAgent == "Mozilla/4.0"
}

// IsProbe says whether a path is one that scanners look for.
func (b Bots) IsProbe(path string) bool {
	for _, p := range b.probes {
		if strings.HasPrefix(path, p) {
			return true
		}
	}
	return false
}

// Decided are the bits that BotReasons decides anew.
func (Bots) Decided() uint64 { return ofAgent }

// Reasons says bits in words.
func (Bots) Reasons(bits uint64) []string { return Reasons(bits) }
