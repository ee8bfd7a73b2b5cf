package dashboard

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/figures"
	"github.com/footfall-analytics/footfall/pkg/event"
)

func TestLive(t *testing.T) {
	now := time.Now().UTC().Truncate(time.Millisecond)
	view := func(at time.Time, ip, path, referrer string) event.Event {
		id := event.NewID(at)
		return event.Event{ID: id, ViewID: id, Site: "live", Kind: event.Pageview, Witness: event.Beacon, Time: at, Received: at,
			Address: netip.MustParseAddr(ip), AddressMode: event.Full, Path: path, Referrer: referrer}
	}
	again := view(now, "203.0.113.1", "/now", "https://search.example/")
	insert(t, []event.Event{again, again, view(now.Add(-10*time.Minute), "203.0.113.2", "/before", ""), view(now.Add(-2*time.Hour), "203.0.113.3", "/old", "")})
	var live figures.Live
	open(t, time.UTC, access.Everyone{}).get(200, &live, "/sites/live/live")
	if live.Views != 2 || live.Now != 1 || len(live.Minutes) != 30 || len(live.Pages) != 2 || len(live.Latest) != 2 || len(live.Sources) != 1 || live.Received == nil {
		t.Errorf("live is %+v", live)
	}
	if live.Latest[0]["path"] != "/now" || live.Latest[0]["ip"] != "203.0.113.1" || live.Sources[0]["referrer_host"] != "search.example" {
		t.Errorf("the latest are %v, the sources %v", live.Latest, live.Sources)
	}
	var nothing figures.Live
	open(t, time.UTC, access.Everyone{}).get(200, &nothing, "/sites/quiet/live")
	if nothing.Views != 0 || len(nothing.Minutes) != 30 || nothing.Received != nil {
		t.Errorf("a quiet site is %+v", nothing)
	}
}

func (c client) send(status int, method, path string, body any, into any) {
	c.t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		c.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, bytes.NewReader(b))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	if res.StatusCode != status {
		c.t.Fatalf("%s %s answers %d, want %d: %s", method, path, res.StatusCode, status, answer)
	}
	if into != nil {
		if err := json.Unmarshal(answer, into); err != nil {
			c.t.Fatal(err)
		}
	}
}

func TestAnnotations(t *testing.T) {
	vienna, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		t.Fatal(err)
	}
	c := open(t, vienna, as{Name: "ann", Role: access.Analyst, Sites: []string{"noted"}, Via: access.Session})
	note := map[string]string{"day": "2023-06-01", "title": "  <b>Launch</b>\x00 \\o/ "}
	var made figures.Annotation
	c.send(200, "POST", "/sites/noted/annotations", note, &made)
	if made.Title != `<b>Launch</b> \o/` || made.Author != "ann" || made.Start != "2023-05-31T22:00:00Z" {
		t.Errorf("the note is %+v", made)
	}
	list := func() []figures.Annotation {
		t.Helper()
		var out struct{ Annotations []figures.Annotation }
		c.get(200, &out, "/sites/noted/annotations", "range", "2023-06-01..2023-06-01")
		return out.Annotations
	}
	if l := list(); len(l) != 1 || l[0].ID != made.ID || l[0].Day != "2023-06-01" || l[0].Title != made.Title {
		t.Errorf("the notes are %+v", l)
	}
	c.send(422, "POST", "/sites/noted/annotations", map[string]string{"day": "2023-06-31", "title": "x"}, nil)
	c.send(422, "POST", "/sites/noted/annotations", map[string]string{"day": "2023-06-01", "title": " \x01 "}, nil)
	c.send(422, "POST", "/sites/noted/annotations", map[string]string{"day": "2023-06-01", "title": strings.Repeat("x", 201)}, nil)
	c.send(403, "POST", "/sites/theirs/annotations", note, nil)
	c.send(404, "DELETE", "/sites/noted/annotations/00000000-0000-4000-8000-000000000000", nil, nil)
	c.send(204, "DELETE", "/sites/noted/annotations/"+made.ID, nil, nil)
	if l := list(); len(l) != 0 {
		t.Errorf("a removed note is there: %+v", l)
	}
	viewer := open(t, vienna, as{Name: "vic", Role: access.Viewer, All: true, Via: access.Session})
	viewer.send(403, "POST", "/sites/noted/annotations", note, nil)
	viewer.send(403, "DELETE", "/sites/noted/annotations/"+made.ID, nil, nil)
}
