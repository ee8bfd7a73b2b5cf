package enrich

import (
	"strings"
	"testing"

	"github.com/footfall-analytics/footfall/pkg/event"
)

const (
	webKit  = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
	android = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
	iPhone  = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
	iPad    = "Mozilla/5.0 (iPad; CPU OS 17_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
	mac     = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) "
)

// TestParse: real user-agents, each as browser, os and device.
func TestParse(t *testing.T) {
	f := func(userAgent, want string) {
		t.Helper()
		a := parse(userAgent)
		if got := strings.Join([]string{a.browser, a.os, a.device}, "/"); got != want {
			t.Errorf("parse(%q) = %q, want %q", userAgent, got, want)
		}
	}
	f(webKit+"Chrome/131.0.0.0 Safari/537.36", "Chrome/Windows/desktop")
	f(webKit+"Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0", "Edge/Windows/desktop")
	f(webKit+"Chrome/130.0.0.0 Safari/537.36 OPR/115.0.0.0", "Opera/Windows/desktop")
	f(webKit+"Chrome/130.0.0.0 YaBrowser/24.12.0.0 Safari/537.36", "YaBrowser/Windows/desktop")
	f("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox/Windows/desktop")
	f("Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko", "Internet Explorer/Windows/desktop")
	f(mac+"AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15", "Safari/macOS/desktop")
	f(mac+"AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36", "Chrome/macOS/desktop")
	f("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36", "Chrome/Linux/desktop")
	f("Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox/Linux/desktop")
	f("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36", "Chrome/ChromeOS/desktop")

	f(android+"Chrome/131.0.0.0 Mobile Safari/537.36", "Chrome/Android/phone")
	f(android+"SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36", "Samsung Browser/Android/phone")
	f(android+"Version/4.0 Chrome/120.0.0.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/445.0.0.34.118;]", "Facebook App/Android/phone")
	f("Mozilla/5.0 (Android 14; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0", "Firefox/Android/phone")
	f("Opera/9.80 (Android; Opera Mini/36.2.2254/119.132; U; id) Presto/2.12.423 Version/12.16", "Opera Mini/Android/phone")
	f("Dalvik/2.1.0 (Linux; U; Android 13; SM-A536B Build/TP1A)", "Dalvik/Android/phone")
	f(iPhone+"Version/18.1.1 Mobile/15E148 Safari/604.1", "Safari/iOS/phone")
	f(iPhone+"CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1", "Chrome/iOS/phone")
	f(iPhone+"Mobile/21F79 [FBAN/FBIOS;FBAV/464.0.0.34.109;FBDV/iPhone14,5;FBMD/iPhone;FBSN/iOS;FBSV/17.5]", "Facebook App/iOS/phone")

	f(android+"Chrome/131.0.0.0 Safari/537.36", "Chrome/Android/tablet")
	f(android+"SamsungBrowser/27.0 Chrome/125.0.0.0 Safari/537.36", "Samsung Browser/Android/tablet")
	f("Mozilla/5.0 (Android 13; Tablet; rv:133.0) Gecko/133.0 Firefox/133.0", "Firefox/Android/tablet")
	f(iPad+"Version/17.7 Mobile/15E148 Safari/604.1", "Safari/iOS/tablet")
	f(iPad+"FxiOS/133.0 Mobile/15E148 Safari/605.1.15", "Firefox/iOS/tablet")

	f("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Googlebot//bot")
	f(android+"Chrome/131.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Googlebot/Android/bot")
	f("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/116.0.1938.76 Safari/537.36", "Bingbot//bot")
	f("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)", "GPTBot//bot")
	f("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/131.0.0.0 Safari/537.36", "Headless Chrome/Linux/bot")
	f("facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", "facebookexternalhit//bot")

	f("Mozilla/5.0 (Linux; Android 11; BRAVIA 4K UR2) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36", "Chrome/Android/")
	f("curl/8.5.0", "curl//")
	f("python-requests/2.32.3", "python-requests//")
	f("", "//")
	f("-", "//")
	f("<script>alert(1)</script>", "//")
	f("=cmd|' /C calc'!A0", "//")
	f(webKit+"Chrome/1 Safari/1 "+strings.Repeat("x", 400)+"/1", "/Windows/desktop")
}

func TestHints(t *testing.T) {
	f := func(userAgent, platform, mobile, want string) {
		t.Helper()
		a := parse(userAgent).hinted(event.Hints{Platform: platform, Mobile: mobile})
		if got := a.os + "/" + a.device; got != want {
			t.Errorf("%q with %s and %s is %q, want %q", userAgent, platform, mobile, got, want)
		}
	}
	linux := "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
	f(linux, "", "", "Linux/desktop")
	f(linux, `"Linux"`, "?0", "Linux/desktop")
	f(linux, `"Android"`, "?0", "Android/tablet") // the page was asked for as a desktop's
	f(linux, `"Chrome OS"`, "?0", "ChromeOS/desktop")
	f(linux, `"Unknown"`, "?2", "Linux/desktop")
	f(linux, "<b>", "<b>", "Linux/desktop")
	f(android+"Chrome/131.0.0.0 Mobile Safari/537.36", `"Android"`, "?1", "Android/phone")
	f(android+"Chrome/131.0.0.0 Mobile Safari/537.36", `"Android"`, "?0", "Android/tablet")
	f(android+"Chrome/131.0.0.0 Mobile Safari/537.36", `"Windows"`, "?0", "Windows/desktop")
	f("", `"Windows"`, "?1", "Windows/phone")
	f("", `"Windows"`, "?0", "Windows/")
	f("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", `"Windows"`, "?0", "/bot")
}
