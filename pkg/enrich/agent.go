package enrich

import (
	"strings"

	"github.com/mileusna/useragent"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// Kinds of devices.
const (
	desktop = "desktop"
	phone   = "phone"
	tablet  = "tablet"
	bot     = "bot"
)

// agent is what a user-agent stands for: families without their versions.
type agent struct{ browser, os, device string }

// maxName is the longest name of a family, in bytes: the library takes names that it does not know from
// the user-agent as they stand there.
const maxName = 32

func parse(userAgent string) agent {
	ua := useragent.Parse(userAgent)
	a := agent{browser: name(ua.Name), os: name(ua.OS)}
	if a.browser == "Trident" { // its engine is all that version 11 says of itself
		a.browser = useragent.InternetExplorer
	}
	switch {
	case ua.Bot:
		a.device = bot
	case isTelevision(userAgent): // none of the kinds, whatever it calls itself
	case ua.Tablet, ua.IsAndroid() && isAndroidTablet(userAgent):
		a.device = tablet
	case ua.Mobile:
		a.device = phone
	case ua.Desktop:
		a.device = desktop
	}
	return a
}

// isAndroidTablet: browsers on tablets leave the word out that they say on phones.
func isAndroidTablet(userAgent string) bool {
	isBrowser := strings.Contains(userAgent, "AppleWebKit") || strings.Contains(userAgent, "Gecko/")
	return isBrowser && !strings.Contains(userAgent, "Mobi")
}

func isTelevision(userAgent string) bool {
	for _, sign := range []string{"TV", "BRAVIA", "CrKey"} {
		if strings.Contains(userAgent, sign) {
			return true
		}
	}
	return false
}

// name takes a family's name if it looks like one, in memory of its own.
func name(s string) string {
	if s == "" || len(s) > maxName || !isLetter(rune(s[0])) || strings.ContainsFunc(s, isOdd) {
		return ""
	}
	return strings.Clone(s)
}

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

func isOdd(r rune) bool {
	return !isLetter(r) && (r < '0' || r > '9') && !strings.ContainsRune(" ._-!", r)
}

// platforms are the operating systems that browsers name in Sec-CH-UA-Platform, by the library's names.
var platforms = map[string]string{
	`"Windows"`: useragent.Windows, `"macOS"`: useragent.MacOS, `"Linux"`: useragent.Linux, `"Android"`: useragent.Android,
	`"iOS"`: useragent.IOS, `"Chrome OS"`: useragent.ChromeOS, `"Chromium OS"`: useragent.ChromeOS,
}

// hinted takes from the client hints what they say beyond the user-agent, which browsers freeze.
func (a agent) hinted(h event.Hints) agent {
	if a.device == bot {
		return a
	}
	if os, ok := platforms[h.Platform]; ok {
		a.os = os
	}
	switch {
	case h.Mobile == "?1" && a.device != tablet:
		a.device = phone
	case h.Mobile == "?0" && a.os == useragent.Android && a.device != "":
		a.device = tablet
	case h.Mobile == "?0" && a.device == phone:
		a.device = desktop
	}
	return a
}
