package sites

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestOpenDirectoryTakesEveryWellFormedKey(t *testing.T) {
	d := Open(zone(t, "Asia/Kathmandu"))
	s, ok := d.Lookup("anything")
	if !ok || s.Key != "anything" || s.Zone.String() != "Asia/Kathmandu" || !s.Allows("any.host") || !d.IsOpen() {
		t.Errorf("%+v, %v", s, ok)
	}
	for _, key := range []string{"", "a b", "ü", strings.Repeat("x", 65)} {
		if _, ok := d.Lookup(key); ok {
			t.Errorf("key %q is taken", key)
		}
	}
	zones := d.Zones()
	if len(zones) != 1 || !zones[0].All || zones[0].Location.String() != "Asia/Kathmandu" {
		t.Errorf("zones %+v", zones)
	}
}

func TestListedDirectoryTakesOnlyItsSites(t *testing.T) {
	vienna := zone(t, "Europe/Vienna")
	d := Of(Site{Key: "b", Zone: vienna}, Site{Key: "u", Zone: time.UTC}, Site{Key: "a", Zone: zone(t, "Europe/Vienna")})
	if _, ok := d.Lookup("c"); ok || d.IsOpen() {
		t.Error("a site that is not listed is taken")
	}
	if s, ok := d.Lookup("b"); !ok || s.Zone != vienna {
		t.Errorf("%+v, %v", s, ok)
	}
	want := []Zone{{Location: vienna, Sites: []string{"a", "b"}}, {Location: time.UTC, Sites: []string{"u"}}}
	if diff := cmp.Diff(want, d.Zones(), cmp.Comparer(sameZone)); diff != "" {
		t.Errorf("zones (-want +got):\n%s", diff)
	}
}

func TestConfig(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sites.yaml")
	if err := os.WriteFile(file, []byte("sites: [{key: a}]"), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := Config{Sites: file}.Directory()
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := d.Lookup("a"); !ok || d.IsOpen() {
		t.Error("the file's site is not known")
	}
	if err := (Config{}).Validate(); err != nil {
		t.Errorf("without a file: %v", err)
	}
	for _, c := range []Config{{TimeZone: "Mars/Base"}, {TimeZone: "Local"}, {Sites: file + ".missing"}} {
		if err := c.Validate(); err == nil {
			t.Errorf("%+v is taken", c)
		}
	}
}
