package sites

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/footfall-analytics/footfall/pkg/event"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func sameZone(a, b *time.Location) bool { return a.String() == b.String() }

func TestParse(t *testing.T) {
	got, err := Parse([]byte(`
sites:
  - key: www
    time_zone: Europe/Vienna
    hosts: [Example.com, "*.example.com"]
    privacy: keyed
    witnesses: beacon
    retention_days: 90
  - key: "2"
`))
	if err != nil {
		t.Fatal(err)
	}
	want := []Site{
		{Key: "www", Zone: zone(t, "Europe/Vienna"), Hosts: []string{"example.com", "*.example.com"}, Privacy: event.Keyed, Witnesses: OnlyBeacon, Retention: 90},
		{Key: "2", Zone: time.UTC, Privacy: event.Full},
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(sameZone)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParseRefuses(t *testing.T) {
	f := func(content, want string) {
		t.Helper()
		if got, err := Parse([]byte(content)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, %v; want an error with %q", content, got, err, want)
		}
	}
	f("", "lists no site")
	f("sites: []", "lists no site")
	f("{", "read YAML")
	f("sites: yes", "read YAML")
	f("sites: [{key: a}]\ncolour: red", "colour")
	f("sites: [{key: a, colour: red}]", "colour")
	f("sites: [{key: a}]\n---\nsites: [{key: b}]", "one YAML document")
	f("sites: [{time_zone: UTC}]", "site 1 (\"\")")
	f("sites: [{key: a/b}]", `"a/b"`)
	f("sites: [{key: a}, {key: a}]", "site 2 (\"a\"): the key is listed twice")
	f("sites: [{key: a, time_zone: Mars/Base}]", `"Mars/Base"`)
	f("sites: [{key: a, time_zone: Local}]", `"Local"`)
	f("sites: [{key: a, privacy: none}]", `"none"`)
	f("sites: [{key: a, witnesses: all}]", `"all"`)
	f("sites: [{key: a, retention_days: -1}]", "-1")
	f("sites: [{key: a, retention_days: x}]", "read YAML")
	for _, host := range []string{"''", "http://a", "'a:80'", "a/b", "'*'", "'*.'", "'a.*'", "'*.*.a'", "'a b'", "a."} {
		f("sites: [{key: a, hosts: ["+host+"]}]", "bare name")
	}
}

func TestAllows(t *testing.T) {
	f := func(hosts, host string, want bool) {
		t.Helper()
		s := Site{Hosts: strings.Fields(hosts)}
		if got := s.Allows(host); got != want {
			t.Errorf("hosts %q allow %q: %v, want %v", hosts, host, got, want)
		}
	}
	f("", "any.example", true)
	f("a.example", "", true)
	f("a.example", "a.example", true)
	f("a.example", "b.a.example", false)
	f("a.example b.example", "b.example", true)
	f("*.a.example", "b.a.example", true)
	f("*.a.example", "c.b.a.example", true)
	f("*.a.example", "a.example", false)
	f("*.a.example", "evila.example", false)
}

// Whatever the file holds, it is refused or gives sites with well-formed, distinct keys, a zone and
// a privacy mode.
func FuzzParse(f *testing.F) {
	f.Add([]byte("sites:\n  - key: a\n    hosts: ['*.b']\n    time_zone: Asia/Kathmandu\n"))
	f.Add([]byte("sites: &a [{key: x, hosts: [b]}]\nother: *a\n"))
	f.Add([]byte("sites: [{key: 1e3}, {key: !!binary aGk=}]"))
	f.Fuzz(func(t *testing.T, content []byte) {
		list, err := Parse(content)
		if err != nil {
			return
		}
		seen := map[string]bool{}
		for _, s := range list {
			if event.CheckSite(s.Key) != nil || seen[s.Key] || s.Zone == nil || s.Zone.String() == "Local" || s.Privacy < event.Full || s.Privacy > event.Keyed || s.Retention < 0 {
				t.Fatalf("%q: took %+v", content, s)
			}
			seen[s.Key] = true
		}
		if len(list) == 0 {
			t.Fatalf("%q: took no site", content)
		}
	})
}
