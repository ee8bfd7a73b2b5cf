package services

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"

	"github.com/footfall-analytics/footfall/pkg/beacon"
	"github.com/footfall-analytics/footfall/pkg/event"
)

// Snippet prints the tag for a site.
type Snippet struct {
	beacon.Config
	Site         string `help:"Site key." required:"" placeholder:"KEY"`
	CollectorURL string `help:"Where browsers reach the collector." default:"http://127.0.0.1:8081" placeholder:"URL"`
	Pinned       bool   `help:"The address of exactly this version, with its integrity. Print the tag again after an upgrade." env:"-"`
	Hash         bool   `help:"The part behind # is a page of its own (hash routes)." env:"-"`
	Manual       bool   `help:"Only footfall('pageview') counts a view." env:"-"`
	DNT          bool   `name:"dnt" help:"Do not count browsers that send Do Not Track." env:"-"`
	IgnoreGPC    bool   `name:"ignore-gpc" help:"Count browsers that send Global Privacy Control." env:"-"`
	Exclude      string `help:"Regular expression of addresses that are not counted, such as /admin/|/preview." env:"-" placeholder:"REGEXP"`
}

// Validate refuses a tag that cannot work.
func (s Snippet) Validate() error {
	if err := event.CheckSite(s.Site); err != nil {
		return err
	}
	u, err := url.Parse(s.CollectorURL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("collector-url %q must be an http or https URL such as https://stats.example.com", s.CollectorURL)
	}
	if u.RawQuery != "" || u.Fragment != "" {
		return errors.New("collector-url must have no query and no fragment")
	}
	return s.Config.Validate()
}

// Run prints what goes into the pages.
func (s *Snippet) Run() error { return s.print(os.Stdout) }

func (s *Snippet) print(w io.Writer) error {
	b, err := beacon.New(s.Config)
	if err != nil {
		return err
	}
	tag := b.Snippet(beacon.Tag{
		Collector: s.CollectorURL, Site: s.Site, Pinned: s.Pinned, Hash: s.Hash, Manual: s.Manual, DNT: s.DNT, IgnoreGPC: s.IgnoreGPC, Exclude: s.Exclude,
	})
	_, err = fmt.Fprintf(w, `Before </head> of every page:

  %s

Before </body>, for readers without JavaScript:

  %s

Before the first one, if pages call footfall('signup', {plan: 'pro'}) themselves:

  %s

A Content-Security-Policy must allow:

  %s

To check a page: footfall doctor https://…
`, tag.Script, tag.NoScript, tag.Queue, tag.Policy)
	return err
}
