package oracle

import (
	"encoding/json"
	"regexp"
	"strings"
	"sync"

	"github.com/footfall-analytics/footfall/pkg/enrich/rules"
	"github.com/footfall-analytics/footfall/pkg/event"
)

// channels are the lists that come with the program: by field, channel by channel.
type channels struct{ Hosts, Mediums, Sources map[string][]string }

var lists = sync.OnceValue(func() (c channels) {
	file, err := rules.Files.ReadFile("channels.json")
	if err != nil || json.Unmarshal(file, &c) != nil {
		return channels{} // which no day agrees with
	}
	return c
})

// channelOf is the way that a view says it came by.
func (c channels) channelOf(referrerHost string, e event.Event) string {
	if channel := in(c.Mediums, e.Campaign.Medium); channel != "" {
		return channel
	}
	if channel := in(c.Sources, e.Campaign.Source); channel != "" {
		return channel
	}
	switch {
	case e.Campaign != (event.Campaign{}):
		return "campaign"
	case referrerHost == "":
		return "direct"
	case referrerHost == e.Host:
		return "internal"
	}
	return c.longest(referrerHost)
}

func in(lists map[string][]string, text string) string {
	for channel, texts := range lists {
		for _, t := range texts {
			if strings.EqualFold(t, text) {
				return channel
			}
		}
	}
	return ""
}

// longest tries every listed host, and takes the one that covers most of this one; a whole one before one
// that ends in a star.
func (c channels) longest(host string) string {
	found, begin, starred := "referral", len(host), true
	for channel, hosts := range c.Hosts {
		for _, h := range hosts {
			name, star := strings.CutSuffix(h, ".*")
			end := ""
			if star {
				end = `\.((co|com|org|net|ne|or)\.[^.]{2}|[^.]+)`
			}
			at := regexp.MustCompile(`(^|\.)` + regexp.QuoteMeta(name) + end + `$`).FindStringIndex(host)
			if at == nil || at[0] > begin || at[0] == begin && (star || !starred) {
				continue
			}
			found, begin, starred = channel, at[0], star
		}
	}
	return found
}
