package runs

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/pkg/dashboard"
	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
	"github.com/footfall-analytics/footfall/pkg/dashboard/explanation"
	"github.com/footfall-analytics/footfall/pkg/dashboard/jobs"
	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/sites"
	"github.com/footfall-analytics/footfall/services"
)

// as lets everyone be one principal.
type as access.Principal

func (a as) Authenticate(*http.Request) (access.Principal, error) { return access.Principal(a), nil }

var (
	admin      = as{Name: "ada", Role: access.Admin, All: true}
	restricted = as{Name: "ben", Role: access.Admin, Sites: []string{"mine"}}
	viewer     = as{Name: "cy", Role: access.Viewer, All: true}
)

// console is the API over the tables, for one site in one zone.
type console struct {
	t   *testing.T
	dir *sites.Directory
}

// call sends a request as somebody, expects a status, and reads the answer into out.
func (c console) call(who as, method, path, body string, want int, out any) string {
	c.t.Helper()
	d := dashboard.New(who, slog.New(slog.DiscardHandler), jobs.New(store, c.dir), explanation.New(services.NewExplainer(store), c.dir))
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(c.t.Context(), method, "/api/v1"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	d.Handler().ServeHTTP(w, r)
	if w.Code != want {
		c.t.Fatalf("%s %s %s answers %d %s, want %d", method, path, body, w.Code, w.Body, want)
	}
	if out != nil {
		if err := json.Unmarshal(w.Body.Bytes(), out); err != nil {
			c.t.Fatalf("%s %s answers %s: %v", method, path, w.Body, err)
		}
	}
	return w.Body.String()
}

type daysBody struct {
	Zones []jobs.JobZone
	Days  []jobs.JobDay
}

// states lists the days of a range as "12 final".
func (c console) states(zone, from, to string) string {
	c.t.Helper()
	var body daysBody
	c.call(admin, "GET", "/jobs/days?from="+from+"&to="+to+"&tz="+zone, "", http.StatusOK, &body)
	var all []string
	for _, d := range body.Days {
		all = append(all, d.Day[8:]+" "+string(d.State))
	}
	return strings.Join(all, ", ")
}

// await waits for states.
func (c console) await(zone, from, to, want string) {
	c.t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	got := ""
	for began := time.Now(); time.Since(began) < time.Minute && got != want; <-tick.C {
		got = c.states(zone, from, to)
	}
	if got != want {
		c.t.Fatalf("the days are %q, want %q", got, want)
	}
}

func newConsole(t *testing.T, day ledger.Day, site string) console {
	return console{t, sites.Of(sites.Site{Key: site, Zone: day.Zone}, sites.Site{Key: "mine", Zone: day.Zone})}
}

// TestConsole: a person sees how days stand, asks for some, follows them and sees what became of them.
func TestConsole(t *testing.T) {
	const zone = "Pacific/Wallis"
	day, later := dayIn(t, "2021-02-12", zone), dayIn(t, "2021-02-14", zone)
	insert(t, view("console", day.Start().Add(time.Hour), "/"), view("console", later.Start().Add(time.Hour), "/"))
	c := newConsole(t, day, "console")
	if got := c.states(zone, "2021-02-01", "2021-02-28"); got != "" {
		t.Fatalf("before any look the days are %q", got)
	}
	_, stop := answeringOn(t, slow{store, make(chan struct{}, 1)}, day.Zone, "console")
	c.await(zone, "2021-02-01", "2021-02-28", "12 running, 14 missing")
	stop()
	c.await(zone, "2021-02-01", "2021-02-28", "12 failed, 14 missing")

	var asked jobs.JobAsked
	c.call(admin, "POST", "/jobs/requests", `{"from":"2021-02-01","to":"2021-02-28","redo":"none","dry_run":true}`, http.StatusOK, &asked)
	if asked.ID != nil || len(asked.Days) != 1 || asked.Days[0].Reason != "missing" || asked.Skipped.Failed != 1 || asked.Skipped.Empty != 26 {
		t.Errorf("a dry run: %+v", asked)
	}
	c.call(admin, "POST", "/jobs/requests", `{"from":"2021-02-01","to":"2021-02-28","redo":"failed","tz":"`+zone+`"}`, http.StatusOK, &asked)
	if asked.ID == nil || len(asked.Days) != 2 || asked.Days[0].Reason != "failed" || asked.Days[1].Reason != "missing" {
		t.Fatalf("asked for %+v", asked)
	}
	c.await(zone, "2021-02-01", "2021-02-28", "12 requested, 14 requested")
	var again jobs.JobAsked
	c.call(admin, "POST", "/jobs/requests", `{"from":"2021-02-12"}`, http.StatusOK, &again)
	if again.ID != nil || again.Skipped.Requested != 1 {
		t.Errorf("asked again: %+v", again)
	}
	answering(t, day.Zone, "console")
	c.await(zone, "2021-02-01", "2021-02-28", "12 final, 14 final")
	c.follow(asked)
	c.details(day)
	c.explained(day)
}

// follow reads what became of a request.
func (c console) follow(asked jobs.JobAsked) {
	c.t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	var body struct{ Requests []jobs.JobRequest }
	for began := time.Now(); time.Since(began) < time.Minute; <-tick.C {
		c.call(viewer, "GET", "/jobs/requests/"+asked.ID.String(), "", http.StatusOK, &body)
		if len(body.Requests) == 2 && body.Requests[0].State == "done" && body.Requests[1].State == "done" {
			break
		}
	}
	if len(body.Requests) != 2 || body.Requests[1].State != "done" || body.Requests[0].By != "ada" || body.Requests[0].Run == nil {
		c.t.Errorf("the request is %+v", body.Requests)
	}
	c.call(admin, "DELETE", "/jobs/requests/"+asked.ID.String(), "", http.StatusConflict, nil)
}

// details reads the runs of a day and one of them, as somebody who sees everything and somebody who does not.
func (c console) details(day ledger.Day) {
	c.t.Helper()
	var runs struct{ Runs []jobs.JobRun }
	c.call(viewer, "GET", "/jobs/runs?day="+day.Date.String()+"&tz="+day.Zone.String(), "", http.StatusOK, &runs)
	if len(runs.Runs) != 2 || runs.Runs[0].State != "final" || runs.Runs[0].AskedBy != "ada" || runs.Runs[1].State != "failed" || runs.Runs[1].Error == "" {
		c.t.Fatalf("the runs are %+v", runs.Runs)
	}
	path := "/jobs/runs/" + runs.Runs[0].ID.String()
	var all, some jobs.JobRunDetail
	c.call(viewer, "GET", path, "", http.StatusOK, &all)
	if all.Attempt != 2 || *all.Views != 1 || all.Inputs.Events == 0 || len(all.Tables) == 0 || len(all.Checks) != len(all.Tables) || len(all.Steps) < 10 ||
		!all.Checks[0].OK || all.Checks[0].Equations[0].Got != 1 || all.Checks[0].Equations[0].Want != 1 {
		c.t.Errorf("the run is %+v", all)
	}
	text := c.call(restricted, "GET", path, "", http.StatusOK, &some)
	if some.Views != nil || some.SpentMS != nil || some.Inputs != nil || some.Tables[0].Rows != nil || len(some.Steps) != len(all.Steps) || strings.Contains(text, "console") {
		c.t.Errorf("somebody who may see one site gets %s", text)
	}
	var days daysBody
	c.call(restricted, "GET", "/jobs/days?from=2021-02-12&to=2021-02-12&tz="+day.Zone.String(), "", http.StatusOK, &days)
	if len(days.Days) != 1 || days.Days[0].State != jobs.Final || days.Days[0].Views != nil || days.Days[0].SpentMS != nil {
		c.t.Errorf("somebody who may see one site gets %+v", days.Days)
	}
	c.call(admin, "GET", "/jobs/days?from=2021-02-12&to=2021-02-12&tz="+day.Zone.String(), "", http.StatusOK, &days)
	if d := days.Days[0]; d.Attempts != 2 || *d.Views != 1 || d.Duration == nil || d.Finished == nil {
		c.t.Errorf("the day is %+v", d)
	}
	if z := days.Zones; len(z) != 1 || z[0].Newest == nil || *z[0].Newest != "2021-02-14" || z[0].Silent || z[0].Late || z[0].Next != nil {
		c.t.Errorf("the zone is %+v", z)
	}
}

// explained reads what `rollup explain` prints.
func (c console) explained(day ledger.Day) {
	c.t.Helper()
	path := "/sites/console/addresses/203.0.113.7/explanation?day=" + day.Date.String()
	if text := c.call(viewer, "GET", path, "", http.StatusOK, nil); !strings.Contains(text, "That is what is published, to the millisecond.") {
		c.t.Errorf("the explanation is %s", text)
	}
	c.call(restricted, "GET", path, "", http.StatusForbidden, nil)
	c.call(viewer, "GET", "/sites/console/addresses/nowhere/explanation?day=today", "", http.StatusUnprocessableEntity, nil)
}

// TestConsoleCancels: what has not begun can be cancelled, once.
func TestConsoleCancels(t *testing.T) {
	day := dayIn(t, "2021-02-12", "Pacific/Funafuti")
	insert(t, view("cancels", day.Start().Add(time.Hour), "/"))
	publish(t, day, "cancels")
	c := newConsole(t, day, "cancels")
	var asked jobs.JobAsked
	c.call(admin, "POST", "/jobs/requests", `{"from":"2021-02-12"}`, http.StatusOK, &asked)
	if asked.ID == nil || asked.Days[0].Reason != "redo" {
		t.Fatalf("asked for %+v", asked)
	}
	var body struct{ Requests []jobs.JobRequest }
	c.call(restricted, "DELETE", "/jobs/requests/"+asked.ID.String(), "", http.StatusForbidden, nil)
	c.call(admin, "DELETE", "/jobs/requests/"+asked.ID.String(), "", http.StatusOK, &body)
	if len(body.Requests) != 1 || body.Requests[0].State != "cancelled" {
		t.Errorf("cancelled: %+v", body.Requests)
	}
	c.call(admin, "DELETE", "/jobs/requests/"+asked.ID.String(), "", http.StatusConflict, nil)
	c.await(day.Zone.String(), "2021-02-12", "2021-02-12", "12 final")
}

// TestConsoleRefuses: bad input is answered with what was wrong, and its value.
func TestConsoleRefuses(t *testing.T) {
	c := newConsole(t, dayIn(t, "2021-02-12", "Pacific/Wallis"), "refuses")
	f := func(who as, method, path, body string, status int, want ...string) {
		t.Helper()
		text := c.call(who, method, path, body, status, nil)
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s %s %s answers %s, without %q", method, path, body, text, w)
			}
		}
	}
	f(admin, "GET", "/jobs/days?from=yesteryear", "", 422, `day \"yesteryear\" must be a date`, `"query.from"`)
	f(admin, "GET", "/jobs/days?from=2021-02-12&to=2021-02-01", "", 422, "ends on 2021-02-01, before it begins on 2021-02-12")
	f(admin, "GET", "/jobs/days?from=1980-01-01&to=2021-02-01", "", 422, "at most 3660")
	f(admin, "GET", "/jobs/days?tz=Mars/Olympus", "", 422, `Mars/Olympus`)
	f(admin, "GET", "/jobs/runs", "", 422, "day")
	f(admin, "GET", "/jobs/runs/7", "", 422, `run \"7\" must be a UUID`, `"path.id"`)
	f(admin, "GET", "/jobs/runs/00000000-0000-0000-0000-000000000001", "", 404, "there is no run")
	f(admin, "GET", "/jobs/requests/00000000-0000-0000-0000-000000000001", "", 404, "there is no request")
	f(admin, "POST", "/jobs/requests", `{"from":"2021-02-12","tz":"Africa/Abidjan"}`, 422, `no site is counted in the time zone \"Africa/Abidjan\"`, `"body.tz"`)
	f(admin, "POST", "/jobs/requests", `{"from":"2021-02-12","redo":"some"}`, 422, `"body.redo"`, `some`)
	f(admin, "POST", "/jobs/requests", `{"from":"2100-02-12"}`, 422, "2100-02-12 has not begun")
	f(admin, "POST", "/jobs/requests", `{"from":"2010-02-12","to":"2021-02-12"}`, 422, "at most 3660")
	f(viewer, "POST", "/jobs/requests", `{"from":"2021-02-12"}`, 403, "admin")
	f(restricted, "POST", "/jobs/requests", `{"from":"2021-02-12"}`, 403, "every site")
	f(viewer, "DELETE", "/jobs/requests/00000000-0000-0000-0000-000000000001", "", 403, "admin")
}

// TestConsoleFreshness: what the rollup wrote last tells when a day must be final, whether it is late, and
// whether the rollup has gone silent.
func TestConsoleFreshness(t *testing.T) {
	day := dayIn(t, "2021-02-12", "Pacific/Majuro")
	c := newConsole(t, day, "fresh")
	f := func(at time.Time, overdue []ledger.Date, late, silent bool) {
		t.Helper()
		look := ledger.Look{Job: ledger.Daily, Zone: day.Zone.String(), At: at, Every: time.Minute, Grace: time.Hour, Deadline: 6 * time.Hour, Overdue: overdue}
		if err := store.RecordLook(t.Context(), look); err != nil {
			t.Fatal(err)
		}
		var days daysBody
		c.call(viewer, "GET", "/jobs/days?tz="+day.Zone.String(), "", http.StatusOK, &days)
		if len(days.Zones) != 1 || days.Zones[0].Late != late || days.Zones[0].Silent != silent {
			t.Fatalf("the zone is %+v, want late %t, silent %t", days.Zones, late, silent)
		}
		if z := days.Zones[0]; z.Next != nil && (*z.Next != "2021-02-12" || !z.FinalAt.Equal(day.End().Add(time.Hour)) || !z.Deadline.Equal(day.End().Add(7*time.Hour))) {
			t.Errorf("the zone waits for %+v", z)
		}
	}
	f(time.Now().Add(-time.Hour), nil, false, true)
	f(time.Now(), nil, false, false)
	f(time.Now(), []ledger.Date{day.Date}, true, false)
	standing := ledger.Standing{Job: ledger.Daily, Date: day.Date, Zone: day.Zone.String(), Found: time.Now(), Reason: ledger.Missing, Touch: ledger.Touch{Events: 1, Last: time.Now()}}
	if err := store.RecordStandings(t.Context(), []ledger.Standing{standing}); err != nil {
		t.Fatal(err)
	}
	f(time.Now(), nil, true, false)
}
