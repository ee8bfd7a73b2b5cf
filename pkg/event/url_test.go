package event

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestSetURL(t *testing.T) {
	f := func(raw string, want Event) {
		t.Helper()
		var got Event
		if err := got.SetURL(raw); err != nil {
			t.Errorf("SetURL(%q): %v", raw, err)
			return
		}
		if diff := cmp.Diff(want.Host+" "+want.Path+" "+want.Query, got.Host+" "+got.Path+" "+got.Query); diff != "" {
			t.Errorf("SetURL(%q) (-want +got):\n%s", raw, diff)
		}
	}
	f("/", Event{Path: "/"})
	f("/a?b=c", Event{Path: "/a", Query: "b=c"})
	f("/a?b?c", Event{Path: "/a", Query: "b?c"})
	f("//a", Event{Path: "//a"})
	f("http://demo", Event{Host: "demo", Path: "/"})
	f("http://demo?x", Event{Host: "demo", Path: "/", Query: "x"})
	f("https://Demo.Example:8443/A%20b?q#part", Event{Host: "demo.example", Path: "/A%20b", Query: "q"})
	f("HTTPS://demo./a", Event{Host: "demo", Path: "/a"})
	f("https://user:secret@demo/a", Event{Host: "demo", Path: "/a"})
	f("http://[2001:db8::1]:80/a", Event{Host: "2001:db8::1", Path: "/a"})
	f("http://demo/#/route/1?x", Event{Host: "demo", Path: "/#/route/1?x"})
	f("http://demo/?a=b#!route", Event{Host: "demo", Path: "/#!route", Query: "a=b"})
	f("http://demo/#", Event{Host: "demo", Path: "/"})
	f("http://bücher.example/ü", Event{Host: "bücher.example", Path: "/ü"})
}

func TestSetURLRefuses(t *testing.T) {
	f := func(raw string, want Reason) {
		t.Helper()
		var e Event
		inv, ok := AsInvalid(e.SetURL(raw))
		if !ok || inv.Field != "url" || inv.Reason != want {
			t.Errorf("SetURL(%q): %v, want %s", raw, inv, want)
		}
	}
	f("", ReasonMissing)
	f("demo/a", ReasonMalformed)
	f("ftp://demo/a", ReasonMalformed)
	f("javascript:alert(1)", ReasonMalformed)
	f("javascript://demo/%0aalert(1)", ReasonMalformed)
	f("http://", ReasonMalformed)
	f("http:///a", ReasonMalformed)
	f("http://./a", ReasonMalformed)
	f("http://:80/a", ReasonMalformed)
	f("http://user@/a", ReasonMalformed)
	f("http://a b/", ReasonMalformed)
	f("http://demo:port/", ReasonMalformed)
	f("http://demo/\x00", ReasonBadText)
	f("http://demo/\xff", ReasonBadText)
	f("http://demo/"+strings.Repeat("x", MaxURL), ReasonTooLong)
}

func TestSetURLTakesCampaign(t *testing.T) {
	e := Event{Campaign: Campaign{Medium: "stated"}}
	err := e.SetURL("/?utm_source=a+b&utm_medium=url&utm_campaign=%C3%A9&utm_term=%ff&utm_content=" + strings.Repeat("x", MaxCampaign+1) + "&%zz")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Campaign{Source: "a b", Medium: "stated", Name: "é"}, e.Campaign); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCleanReferrer(t *testing.T) {
	f := func(raw, want string) {
		t.Helper()
		if got := CleanReferrer(raw); got != want {
			t.Errorf("CleanReferrer(%q) = %q, want %q", raw, got, want)
		}
	}
	f("", "")
	f("-", "")
	f("about:blank", "")
	f("android-app://com.example/", "")
	f("/only/a/path", "")
	f("http://", "")
	f("javascript:alert(1)", "")
	f("https://search.example/?q=a%20b#part", "https://search.example/?q=a%20b")
	f("https://user:secret@search.example/a@b?c@d", "https://search.example/a@b?c@d")
	f("HTTP://Search.Example/Ü", "http://Search.Example/Ü")
	f("https://search.example?x=http://u@other/", "https://search.example?x=http://u@other/")
	f("https://search.example/%zz", "")
}

func TestCleanReferrerNeverGrows(t *testing.T) {
	raw := "https://search.example/" + strings.Repeat("ü", 1000)
	if got := CleanReferrer(raw); len(got) > len(raw) {
		t.Errorf("%d bytes became %d", len(raw), len(got))
	}
}

func FuzzSetURL(f *testing.F) {
	for _, s := range []string{"/", "http://demo/a?utm_source=x&b#/c", "https://u:p@[::1]:1/%41", "http://İ/", "http://%C3%A4/", "//", "http://a\\b/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		var e Event
		if err := e.SetURL(raw); err != nil {
			if inv, ok := AsInvalid(err); !ok || inv.Field != "url" || !utf8.ValidString(inv.Value) && utf8.ValidString(raw) {
				t.Fatalf("SetURL(%q): %v", raw, err)
			}
			return
		}
		if !strings.HasPrefix(e.Path, "/") || strings.ContainsAny(e.Host, "/?#@") || strings.Contains(e.Query, "#") {
			t.Fatalf("SetURL(%q) = host %q, path %q, query %q", raw, e.Host, e.Path, e.Query)
		}
		for _, v := range []string{e.Campaign.Source, e.Campaign.Medium, e.Campaign.Name, e.Campaign.Term, e.Campaign.Content} {
			if err := CheckText("utm", v, MaxCampaign); err != nil {
				t.Fatalf("SetURL(%q): campaign %v", raw, err)
			}
		}
	})
}

func FuzzCleanReferrer(f *testing.F) {
	for _, s := range []string{"https://a/b#c", "http://u:p@a?b", "https://a@b@c/d", "http:///", "http://a\\@b/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		got := CleanReferrer(raw)
		if len(got) > len(raw) || strings.Contains(got, "#") {
			t.Fatalf("CleanReferrer(%q) = %q", raw, got)
		}
		if got != "" && CleanReferrer(got) != got {
			t.Fatalf("CleanReferrer(%q) = %q, and that becomes %q", raw, got, CleanReferrer(got))
		}
	})
}

// FuzzPlain: what needs no closer look comes out as the closer look would have it.
func FuzzPlain(f *testing.F) {
	f.Add("https://www.example.com/a/b?c=d")
	f.Add("http://a.example:80/%41")
	f.Add("https://.-/?%")
	f.Fuzz(func(t *testing.T, raw string) {
		if isPlainReferrer(raw) {
			if u, err := url.Parse(raw); err != nil || u.User != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
				t.Errorf("referrer %q is not plain: %v", raw, err)
			}
		}
		if isPlainHost(raw) {
			if u, err := url.Parse("http://" + raw); err != nil || strings.ToLower(strings.TrimSuffix(u.Hostname(), ".")) != raw {
				t.Errorf("host %q is not plain: %v", raw, err)
			}
		}
	})
}
