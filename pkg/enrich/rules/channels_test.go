package rules

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func standard(t *testing.T) Rules {
	t.Helper()
	r, err := Read(Config{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestChannel(t *testing.T) {
	r := standard(t)
	f := func(want, referrer, page, source, medium string, anyUTM bool) {
		t.Helper()
		if got := r.Channel(referrer, page, source, medium, anyUTM); got != want {
			t.Errorf("referrer %q of %q, source %q, medium %q: %q, want %q", referrer, page, source, medium, got, want)
		}
	}
	f("direct", "", "example.com", "", "", false)
	f("internal", "example.com", "example.com", "", "", false)
	f("referral", "blog.example", "example.com", "", "", false)
	f("campaign", "blog.example", "example.com", "letter", "paper", true)
	f("campaign", "", "example.com", "", "", true) // utm_term alone
	f("paid", "www.google.com", "example.com", "google", "CPC", true)
	f("mail", "", "example.com", "chatgpt.com", "email", true)
	f("ai", "", "example.com", "chatgpt.com", "", true)

	host := func(host, want string) {
		t.Helper()
		f(want, host, "example.com", "", "", false)
	}
	host("www.google.com", "search")
	host("google.de", "search")
	host("www.google.co.uk", "search")
	host("www.google.com.br", "search")
	host("r.duckduckgo.com", "search")
	host("mail.google.com", "mail")
	host("gemini.google.com", "ai")
	host("chatgpt.com", "ai")
	host("www.perplexity.ai", "ai")
	host("old.reddit.com", "social")
	host("t.co", "social")
	host("google.evil.example", "referral")
	host("notgoogle.com", "referral")
	host("google", "referral")
	host("mygoogle.co.uk", "referral")
	host(".", "referral")
	host("localhost", "referral")
}

func TestOwnFile(t *testing.T) {
	f := func(file, wantErr string) {
		t.Helper()
		path := filepath.Join(t.TempDir(), "channels.json")
		if err := os.WriteFile(path, []byte(file), 0o644); err != nil {
			t.Fatal(err)
		}
		r, err := Read(Config{Channels: path})
		if wantErr == "" && (err != nil || r.Channel("intranet.example", "", "", "", false) != "search") {
			t.Errorf("%s: %v", file, err)
		}
		if wantErr != "" && (err == nil || !strings.Contains(err.Error(), wantErr)) {
			t.Errorf("%s: error %v, want %q", file, err, wantErr)
		}
	}
	f(`{"version": "ours 1", "hosts": {"search": ["Intranet.example"]}}`, "")
	f(`{"hosts": {}}`, "version is missing")
	f(`{"version": "1", "hosts": {"searches": ["a"]}}`, `"searches"`)
	f(`{"version": "1", "hosts": {"search": ["a"], "mail": ["a"]}}`, `"a" is in hosts`)
	f(`{"version": "1", "host": {}}`, "unknown field")
	if _, err := Read(Config{Channels: "/nowhere"}); err == nil {
		t.Error("a file that is not there was read")
	}
}
