package accesslog

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// ClientConfig says how events reach the collector, and which lines are events.
type ClientConfig struct {
	CollectorURL     string   `name:"collector-url" help:"Base URL of the collector." default:"http://127.0.0.1:8081" placeholder:"URL"`
	Token            string   `name:"token" help:"Server token of the collector." placeholder:"TOKEN"`
	TokenFile        string   `name:"token-file" help:"File that holds the server token; read when --token is empty." type:"path" placeholder:"FILE"`
	StaticExtensions []string `name:"static-extensions" help:"Endings of paths that are no page views, such as .css,.js; replaces the built-in list." placeholder:"EXT"`
}

// Validate refuses settings that cannot work.
func (c ClientConfig) Validate() error {
	u, err := url.Parse(c.CollectorURL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("collector-url %q must be an http or https URL, such as http://127.0.0.1:8081", c.CollectorURL)
	}
	_, err = NewViews(c.StaticExtensions)
	return err
}

// endpoint is where batches are posted to.
func (c ClientConfig) endpoint() string {
	return strings.TrimRight(c.CollectorURL, "/") + "/v1/batch"
}

func (c ClientConfig) token() (string, error) {
	if c.Token != "" || c.TokenFile == "" {
		return c.Token, nil
	}
	b, err := os.ReadFile(c.TokenFile)
	if err != nil {
		return "", fmt.Errorf("read the token file: %w", err)
	}
	return strings.TrimSpace(string(b)), nil
}

// ImportConfig is what an import needs beside its files.
type ImportConfig struct {
	ClientConfig
	Site        string        `name:"site" help:"Site key that the views belong to." required:"" placeholder:"SITE"`
	DryRun      bool          `name:"dry-run" help:"Post nothing; print what would be counted and why lines are skipped."`
	GiveUpAfter time.Duration `name:"give-up-after" help:"How long to go on when the collector does not take a batch; 0 means for ever." default:"2m"`
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

// FollowConfig is what a Follower needs. Without files there is nothing to follow.
type FollowConfig struct {
	ClientConfig
	Files []string      `name:"shipper-files" help:"Access logs to follow, as paths or globs; empty turns the shipper off." placeholder:"GLOB"`
	Site  string        `name:"shipper-site" help:"Site key that their views belong to." placeholder:"SITE"`
	State string        `name:"shipper-state" help:"Checkpoint file: how far each log has been shipped." default:"shipper.json" type:"path" placeholder:"FILE"`
	Poll  time.Duration `name:"shipper-poll" help:"How often to look for new lines." default:"250ms"`
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
	if err := checkGlobs(c.Files); err != nil {
		return err
	}
	return c.ClientConfig.Validate()
}

func checkGlobs(patterns []string) error {
	for _, p := range patterns {
		if _, err := filepath.Match(p, ""); err != nil {
			return fmt.Errorf("shipper-files %q: %w", p, err)
		}
	}
	return nil
}
