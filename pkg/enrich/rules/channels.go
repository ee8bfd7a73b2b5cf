package rules

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// The channels that do not depend on lists.
const (
	direct   = "direct"
	internal = "internal"
	campaign = "campaign"
	referral = "referral"
)

// listed are the channels that a file may list hosts, mediums and sources of.
var listed = []string{"search", "social", "mail", "ai", "paid", referral, campaign}

// Channels tells by which way a visit came. The zero value knows no lists.
type Channels struct {
	version                 string
	hosts, mediums, sources map[string]string // lower case, to channel
}

// ParseChannels reads a file of channels, such as channels.json here.
func ParseChannels(file []byte) (Channels, error) {
	var in struct {
		Version                 string
		Hosts, Mediums, Sources map[string][]string
	}
	d := json.NewDecoder(strings.NewReader(string(file)))
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		return Channels{}, fmt.Errorf("read channels: %w", err)
	}
	if in.Version == "" {
		return Channels{}, fmt.Errorf("read channels: the field version is missing")
	}
	c := Channels{version: in.Version}
	var err error
	for _, part := range []struct {
		name string
		to   *map[string]string
		from map[string][]string
	}{{"hosts", &c.hosts, in.Hosts}, {"mediums", &c.mediums, in.Mediums}, {"sources", &c.sources, in.Sources}} {
		if *part.to, err = turned(part.name, part.from); err != nil {
			return Channels{}, err
		}
	}
	return c, nil
}

// turned makes one index of the lists of all channels. A text in two of them would be in the one or the
// other, so it is refused.
func turned(name string, lists map[string][]string) (map[string]string, error) {
	to := map[string]string{}
	for channel, texts := range lists {
		if !slices.Contains(listed, channel) {
			return nil, fmt.Errorf("read channels: %s has the channel %q, which must be one of %s", name, channel, strings.Join(listed, ", "))
		}
		for _, t := range texts {
			t = strings.ToLower(t)
			if other, ok := to[t]; ok && other != channel {
				return nil, fmt.Errorf("read channels: %q is in %s of %s and of %s", t, name, other, channel)
			}
			to[t] = channel
		}
	}
	return to, nil
}

// Channel decides by what a session's first view says: what the campaign's medium or source is known for,
// then any utm field, then the host of the referrer, beside that of the page.
func (c Channels) Channel(referrerHost, pageHost, utmSource, utmMedium string, anyUTM bool) string {
	byMedium, bySource := c.mediums[strings.ToLower(utmMedium)], c.sources[strings.ToLower(utmSource)]
	switch {
	case byMedium != "":
		return byMedium
	case bySource != "":
		return bySource
	case anyUTM:
		return campaign
	case referrerHost == "":
		return direct
	case referrerHost == pageHost:
		return internal
	}
	return c.ofHost(strings.ToLower(referrerHost))
}

// ofHost looks for the longest listed end of a host: mail.google.com before google.*, where * stands for
// an ending of one label, or of two such as co.uk and com.br.
func (c Channels) ofHost(host string) string {
	for {
		if channel, ok := c.hosts[host]; ok {
			return channel
		}
		label, rest, more := strings.Cut(host, ".")
		if channel, ok := c.hosts[label+".*"]; ok && isEnding(rest) {
			return channel
		}
		if !more {
			return referral
		}
		host = rest
	}
}

func isEnding(rest string) bool {
	first, second, two := strings.Cut(rest, ".")
	if !two {
		return first != ""
	}
	return len(second) == 2 && slices.Contains([]string{"co", "com", "org", "net", "ne", "or"}, first)
}
