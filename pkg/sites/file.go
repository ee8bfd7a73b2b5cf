package sites

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
	_ "time/tzdata" // a static image has no time zones of its own

	"github.com/footfall-analytics/footfall/pkg/configfile"
	"github.com/footfall-analytics/footfall/pkg/event"
)

// fileSite is a site as the file writes it.
type fileSite struct {
	Key       string   `yaml:"key"`
	TimeZone  string   `yaml:"time_zone"`
	Hosts     []string `yaml:"hosts"`
	Privacy   string   `yaml:"privacy"`
	Witnesses string   `yaml:"witnesses"`
	Retention int      `yaml:"retention_days"`
}

// Parse reads a sites file. Unknown fields, wrong values and repeated keys are errors that name the
// site and the value.
func Parse(content []byte) ([]Site, error) {
	var file struct {
		Sites []fileSite `yaml:"sites"`
	}
	if err := configfile.Decode(content, &file); err != nil {
		return nil, err
	}
	if len(file.Sites) == 0 {
		return nil, errors.New("the file lists no site under 'sites:'")
	}
	seen := map[string]bool{}
	sites := make([]Site, 0, len(file.Sites))
	for i, f := range file.Sites {
		s, err := f.site()
		if err != nil {
			return nil, fmt.Errorf("site %d (%q): %w", i+1, f.Key, err)
		}
		if seen[s.Key] {
			return nil, fmt.Errorf("site %d (%q): the key is listed twice", i+1, s.Key)
		}
		seen[s.Key] = true
		sites = append(sites, s)
	}
	return sites, nil
}

func (f fileSite) site() (Site, error) {
	s := Site{Key: f.Key, Zone: time.UTC, Privacy: event.Full, Retention: f.Retention}
	if err := event.CheckSite(f.Key); err != nil {
		return s, err
	}
	if f.Retention < 0 {
		return s, fmt.Errorf("retention_days %d must not be negative", f.Retention)
	}
	for _, h := range f.Hosts {
		if name := strings.TrimPrefix(h, "*."); name == "" || strings.ContainsAny(name, "/: *") || strings.HasSuffix(name, ".") {
			return s, fmt.Errorf("host %q must be a bare name such as example.com or *.example.com", h)
		}
		s.Hosts = append(s.Hosts, strings.ToLower(h))
	}
	switch s.Witnesses = Witnesses(f.Witnesses); s.Witnesses {
	case AllWitnesses, OnlyLog, OnlyBeacon:
	default:
		return s, fmt.Errorf("witnesses %q must be log or beacon, or left out to count both", f.Witnesses)
	}
	var err error
	if f.Privacy != "" {
		if s.Privacy, err = event.ParseAddressMode(f.Privacy); err != nil {
			return s, err
		}
	}
	s.Zone, err = LoadZone(f.TimeZone)
	return s, err
}

// LoadZone finds an IANA time zone; "" is UTC. The machine's own zone ("Local") is refused: a
// figure must not depend on where it is computed.
func LoadZone(name string) (*time.Location, error) {
	if name == "" {
		return time.UTC, nil
	}
	loc, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return nil, fmt.Errorf("time zone %q is not an IANA name such as Europe/Vienna", name)
	}
	return loc, nil
}

func readFile(path string) ([]Site, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read sites file: %w", err)
	}
	return parseFile(path, content)
}

func parseFile(path string, content []byte) ([]Site, error) {
	sites, err := Parse(content)
	if err != nil {
		return nil, fmt.Errorf("sites file %s: %w", path, err)
	}
	return sites, nil
}
