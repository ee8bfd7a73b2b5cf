package accesslog

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/footfall-analytics/footfall/pkg/accesslog/format"
	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/proxies"
)

// LinesConfig says how lines are read and which of them are views.
type LinesConfig struct {
	AccessFormat     string   `help:"Format of the logs: auto (combined, common or JSON, told line by line), combined, common, vhost_combined, json, caddy, or the text of an nginx log_format or Apache LogFormat." default:"auto" placeholder:"FORMAT"`
	AccessProxies    []string `help:"Addresses or CIDRs of the proxies whose X-Forwarded-For, where the format logs it, names the client." placeholder:"CIDR"`
	StaticExtensions []string `help:"Endings of paths that are no page views, such as .css,.js; replaces the built-in list." placeholder:"EXT"`
}

// Validate refuses settings that cannot work.
func (c LinesConfig) Validate() error {
	_, err := c.extractor("")
	return err
}

// extractor makes an Extractor for one site.
func (c LinesConfig) extractor(site string) (*Extractor, error) {
	form, err := format.New(c.AccessFormat, c.AccessProxies)
	if err != nil {
		return nil, err
	}
	views, err := NewViews(c.StaticExtensions)
	if err != nil {
		return nil, err
	}
	return NewExtractor(site, form, views), nil
}

// ClientConfig says how events reach the collector, and which lines are events.
type ClientConfig struct {
	LinesConfig
	CollectorURL string `help:"Base URL of the collector." default:"http://127.0.0.1:8081" placeholder:"URL"`
	Token        string `help:"Server token of the collector." placeholder:"TOKEN"`
	TokenFile    string `help:"File whose first line is the server token; read when there is no token." type:"path" placeholder:"FILE"`
}

// Validate refuses settings that cannot work.
func (c ClientConfig) Validate() error {
	u, err := url.Parse(c.CollectorURL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("collector-url %q must be an http or https URL, such as http://127.0.0.1:8081", c.CollectorURL)
	}
	return c.LinesConfig.Validate()
}

// endpoint is where batches are posted to.
func (c ClientConfig) endpoint() string {
	return strings.TrimRight(c.CollectorURL, "/") + "/v1/batch"
}

// token is the one that is given, or the first of the file: the collector's own file may list several.
func (c ClientConfig) token() (string, error) {
	if c.Token != "" || c.TokenFile == "" {
		return c.Token, nil
	}
	b, err := os.ReadFile(c.TokenFile)
	if err != nil {
		return "", fmt.Errorf("read the token file: %w", err)
	}
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			return line, nil
		}
	}
	return "", fmt.Errorf("the token file %s holds no token", c.TokenFile)
}

// ImportConfig is what an import needs beside its files.
type ImportConfig struct {
	ClientConfig
	Site        string        `help:"Site key that the views belong to." required:"" placeholder:"SITE"`
	DryRun      bool          `help:"Post nothing; print what would be counted and why lines are skipped."`
	Resume      string        `help:"Checkpoint file: remember there how far the import got, and go on from there the next time." type:"path" placeholder:"FILE"`
	GiveUpAfter time.Duration `help:"How long to go on when the collector does not take a batch; 0 means for ever." default:"2m"`
}

// Validate refuses settings that cannot work.
func (c ImportConfig) Validate() error {
	if c.GiveUpAfter < 0 {
		return fmt.Errorf("give-up-after %s must not be less than zero", c.GiveUpAfter)
	}
	if err := event.CheckSite(c.Site); err != nil {
		return err
	}
	return c.ClientConfig.Validate()
}

// FollowConfig says what a Follower reads. Without files the shipper is off.
type FollowConfig struct {
	Files []string      `help:"Access logs to follow, as paths or globs; empty turns the shipper off." placeholder:"GLOB"`
	Site  string        `help:"Site key that their views belong to." placeholder:"SITE"`
	State string        `help:"Checkpoint file: how far each log has been shipped." default:"shipper.json" placeholder:"FILE"`
	Poll  time.Duration `help:"How often to look for new lines." default:"250ms"`
}

// Validate refuses settings that cannot work.
func (c FollowConfig) Validate() error {
	if len(c.Files) == 0 {
		return nil
	}
	if c.State == "" {
		return errors.New("shipper-state must name the checkpoint file")
	}
	if c.Poll <= 0 {
		return fmt.Errorf("shipper-poll %s must be more than zero", c.Poll)
	}
	if err := event.CheckSite(c.Site); err != nil {
		return fmt.Errorf("shipper-site: %w", err)
	}
	return checkGlobs(c.Files)
}

func checkGlobs(patterns []string) error {
	for _, p := range patterns {
		if _, err := filepath.Match(p, ""); err != nil {
			return fmt.Errorf("shipper-files %q: %w", p, err)
		}
	}
	return nil
}

// ListenConfig says where syslog messages are received.
type ListenConfig struct {
	Site string   `help:"Site key that the views belong to." required:"" placeholder:"SITE"`
	UDP  string   `help:"Address to receive syslog datagrams at; empty: none." default:"127.0.0.1:5514" name:"listen-udp" placeholder:"HOST:PORT"`
	TCP  string   `help:"Address to receive syslog over TCP at; empty: none." name:"listen-tcp" placeholder:"HOST:PORT"`
	From []string `help:"Addresses or CIDRs that may send; whoever can send can make views." default:"127.0.0.0/8,::1/128" name:"listen-from" placeholder:"CIDR"`
}

// Validate refuses settings that cannot work.
func (c ListenConfig) Validate() error {
	if c.UDP == "" && c.TCP == "" {
		return errors.New("listen-udp or listen-tcp must be an address to listen at")
	}
	if err := event.CheckSite(c.Site); err != nil {
		return err
	}
	_, err := c.senders()
	return err
}

func (c ListenConfig) senders() (proxies.Trusted, error) {
	from, err := format.Prefixes(c.From)
	if err != nil {
		return nil, fmt.Errorf("listen-from: %w", err)
	}
	return from, nil
}
