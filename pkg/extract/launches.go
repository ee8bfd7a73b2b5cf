package extract

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/footfall-analytics/footfall/pkg/outgoing"
)

// The Launch Library of The Space Devs, version 2.3.0: a list in pages, each of which names the next. It
// answers 15 calls an hour without an account.
const (
	launchesName  = "launches"
	launchesPath  = "/2.3.0/launches/upcoming/"
	launchesPage  = 100
	launchesCalls = 15
	maxPages      = launchesCalls
)

// launches reads the upcoming launches.
type launches struct {
	client *outgoing.Client
	base   *url.URL
	now    func() time.Time
}

// page is what a call answers. Count is how many launches all pages have.
type page struct {
	Count   *int      `json:"count"`
	Next    *string   `json:"next"`
	Results *[]launch `json:"results"`
}

type launch struct {
	ID           string     `json:"id"`
	URL          string     `json:"url"`
	Name         string     `json:"name"`
	Status       *named     `json:"status"`
	LastUpdated  *time.Time `json:"last_updated"`
	Net          *time.Time `json:"net"`
	NetPrecision *named     `json:"net_precision"`
	WindowStart  *time.Time `json:"window_start"`
	WindowEnd    *time.Time `json:"window_end"`
	Provider     *named     `json:"launch_service_provider"`
	Mission      *named     `json:"mission"`
	Pad          *struct {
		named
		Location *named `json:"location"`
	} `json:"pad"`
}

type named struct {
	Name string `json:"name"`
}

// read reads all pages. The list may change between two of them: unless as many launches were read as it
// counts, none is taken for gone.
func (l *launches) read(ctx context.Context, spend func(context.Context) error) (batch, error) {
	var all batch
	seen := map[string]int{}
	next, count := l.first(), 0
	for n := 0; next != nil; n++ {
		if n == maxPages {
			return batch{}, fail(wrongFormat, "it has more than %d pages", maxPages)
		}
		if err := spend(ctx); err != nil {
			return batch{}, err
		}
		p, err := l.page(ctx, next)
		if err != nil {
			return batch{}, err
		}
		count = *p.Count
		for _, one := range *p.Results {
			e, err := one.event()
			if err != nil {
				return batch{}, err
			}
			if at, twice := seen[e.ID]; twice {
				all.events[at] = e
				continue
			}
			seen[e.ID] = len(all.events)
			all.events = append(all.events, e)
		}
		if next, err = l.following(p, next); err != nil {
			return batch{}, err
		}
	}
	all.complete = len(all.events) >= count
	return all, nil
}

func (l *launches) first() *url.URL {
	u := *l.base
	u.Path = strings.TrimSuffix(u.Path, "/") + launchesPath
	u.RawQuery = url.Values{"limit": {strconv.Itoa(launchesPage)}, "mode": {"normal"}}.Encode()
	return &u
}

// following is the next page, which must be a page of the same list.
func (l *launches) following(p page, from *url.URL) (*url.URL, error) {
	if p.Next == nil {
		return nil, nil
	}
	u, err := url.Parse(*p.Next)
	if err != nil || u.Host != l.base.Host || u.Scheme != l.base.Scheme || u.Path != l.first().Path || u.User != nil {
		return nil, fail(redirected, "the next page is not one of the same list at %s", l.base.Host)
	}
	if u.RawQuery == from.RawQuery {
		return nil, fail(wrongFormat, "the next page is the same page again")
	}
	return u, nil
}

func (l *launches) page(ctx context.Context, at *url.URL) (p page, err error) {
	body, err := get(ctx, l.client, at.String(), "application/json", l.now)
	if err != nil {
		return p, err
	}
	if err := decode(body, &p); err != nil {
		return p, err
	}
	if p.Results == nil || p.Count == nil {
		return p, fail(nullField, "the list has no count or no results")
	}
	return p, nil
}

// get reads a URL.
func get(ctx context.Context, client *outgoing.Client, address, accept string, now func() time.Time) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fail(unreachable, "the address is no URL")
	}
	r.Header.Set("Accept", accept)
	answer, err := client.Do(r)
	if err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, &failure{kind: truncated, err: err}
		}
		return nil, asFailure(err)
	}
	return answer.Body, checkStatus(answer, now())
}

// decode reads one JSON value and nothing after it.
func decode(body []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	err := d.Decode(into)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fail(truncated, "the JSON ends early, after %d bytes", len(body))
	case err != nil:
		return fail(wrongFormat, "it is not the JSON that it should be: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fail(wrongFormat, "something follows the JSON")
	}
	return nil
}

// event makes an event of a launch. Its id, name, time and last change must be there.
func (l launch) event() (Event, error) {
	if l.ID == "" || l.Name == "" || l.Net == nil || l.LastUpdated == nil {
		return Event{}, fail(nullField, "launch %q has no id, name, net or last_updated", l.ID)
	}
	e := Event{ID: l.ID, Title: l.Name, URL: l.URL, Status: l.Status.text(), Starts: *l.Net, Ends: *l.Net}
	e.Details = map[string]string{
		LastUpdated: stamped(*l.LastUpdated), "provider": l.Provider.text(), "mission": l.Mission.text(), "precision": l.NetPrecision.text(),
	}
	if l.Pad != nil {
		e.Details["pad"], e.Details["location"] = l.Pad.Name, l.Pad.Location.text()
	}
	if l.WindowStart != nil {
		e.Details["window_start"] = stamped(*l.WindowStart)
	}
	if l.WindowEnd != nil {
		e.Details["window_end"] = stamped(*l.WindowEnd)
		if l.WindowEnd.After(e.Ends) {
			e.Ends = *l.WindowEnd
		}
	}
	return e.tidy(), nil
}

func (n *named) text() string {
	if n == nil {
		return ""
	}
	return n.Name
}
