package oracle

import (
	"encoding/json"
	"regexp"
	"strings"
	"sync"

	"github.com/footfall-analytics/footfall/pkg/enrich/rules"
	"github.com/footfall-analytics/footfall/pkg/event"
)

// ofAgent are the bits that a user-agent alone decides: crawler, headless, library and nonsense.
const ofAgent = 0xf00

// isBot says whether a page view shows signs of a bot.
func isBot(e event.Event) bool {
	return e.Enrich.BotReasons&^ofAgent != 0 || namesBot(e.UserAgent)
}

// named remembers what namesBot has said: a match takes a millisecond, and days have few user-agents.
var named sync.Map

// namesBot says whether any listed expression matches a user-agent.
func namesBot(agent string) bool {
	if known, ok := named.Load(agent); ok {
		return known.(bool)
	}
	is := anyBot().MatchString(agent)
	named.Store(agent, is)
	return is
}

// anyBot is one expression made of all listed ones.
var anyBot = sync.OnceValue(func() *regexp.Regexp {
	var lists struct{ Crawlers, Headless, Libraries []string }
	file, err := rules.Files.ReadFile("bots.json")
	if err != nil || json.Unmarshal(file, &lists) != nil {
		return regexp.MustCompile("") // which no day agrees with
	}
	all := append(append(lists.Crawlers, lists.Headless...), lists.Libraries...)
	file, err = rules.Files.ReadFile("crawlers.txt")
	if err != nil {
		return regexp.MustCompile("")
	}
	for _, line := range strings.Split(strings.TrimSpace(string(file)), "\n")[1:] {
		all = append(all, strings.Split(line, "\t")[1])
	}
	all = append(all, `^[^a-zA-Z\x{80}-\x{10ffff}]+$`, `^Mozilla(/[45]\.0)?$`)
	return regexp.MustCompile("(" + strings.Join(all, ")|(") + ")")
})
