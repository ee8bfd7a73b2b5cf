package beacon

import (
	"cmp"
	"fmt"
	"path"
	"regexp"
	"strings"
)

// Config names the paths that browsers use. Whoever renames one prints the tags again.
type Config struct {
	BeaconPath string `help:"Path of the script." default:"/beacon.js"`
	EventsPath string `help:"Path that the script posts events to." default:"/v1/events"`
	PixelPath  string `help:"Path of the image that counts browsers without JavaScript." default:"/v1/pixel.gif"`
}

// DefaultConfig has the paths that need no setting.
func DefaultConfig() Config {
	return Config{BeaconPath: "/beacon.js", EventsPath: "/v1/events", PixelPath: "/v1/pixel.gif"}
}

// WithDefaults has the usual path where none is set.
func (c Config) WithDefaults() Config {
	usual := DefaultConfig()
	return Config{cmp.Or(c.BeaconPath, usual.BeaconPath), cmp.Or(c.EventsPath, usual.EventsPath), cmp.Or(c.PixelPath, usual.PixelPath)}
}

var pathForm = regexp.MustCompile(`^(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$`)

// Validate refuses paths that cannot work.
func (c Config) Validate() error {
	c = c.WithDefaults()
	used := map[string]string{"/v1/batch": "batches of servers"}
	for _, s := range []struct{ setting, path string }{
		{"beacon-path", c.BeaconPath}, {"events-path", c.EventsPath}, {"pixel-path", c.PixelPath},
	} {
		if !pathForm.MatchString(s.path) {
			return fmt.Errorf("%s %q must be a path such as /stats/a.js: a slash before each part, letters, digits, '.', '_', '~' and '-'", s.setting, s.path)
		}
		for _, ours := range []string{"/demo", "/tag"} {
			if s.path == ours || strings.HasPrefix(s.path, ours+"/") {
				return fmt.Errorf("%s %q must not lie under %s", s.setting, s.path, ours)
			}
		}
		if other, taken := used[s.path]; taken {
			return fmt.Errorf("%s %q is taken by %s", s.setting, s.path, other)
		}
		used[s.path] = s.setting
	}
	return nil
}

// eventsFromScript is where the script posts, seen from its own address: relative when it lies below the
// script's folder, so that a proxy may put both under a prefix.
func (c Config) eventsFromScript() string {
	folder := path.Dir(c.BeaconPath)
	if folder != "/" {
		folder += "/"
	}
	return strings.TrimPrefix(c.EventsPath, folder)
}
