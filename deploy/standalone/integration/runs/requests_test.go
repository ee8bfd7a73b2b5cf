package runs

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/rollup"
	"github.com/footfall-analytics/footfall/pkg/sites"
)

// answering starts a schedule that looks for requests ten times a second; stop ends it.
func answering(t *testing.T, zone *time.Location, site string) (j *journal, stop func()) {
	t.Helper()
	return answeringOn(t, store, zone, site)
}

func answeringOn(t *testing.T, w rollup.Warehouse, zone *time.Location, site string) (j *journal, stop func()) {
	t.Helper()
	cfg := settings
	cfg.RequestsEvery, cfg.Deadline = 100*time.Millisecond, time.Hour
	j = &journal{Ledger: store}
	log := slog.New(slog.DiscardHandler)
	runner := rollup.NewRunner(cfg, w, j, stored{}, rollup.NewMetrics(prometheus.NewRegistry()), log)
	s := rollup.NewSchedule(runner, own{store, nil}, sites.Of(sites.Site{Key: site, Zone: zone}), &leadership{}, log)
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		if err := s.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(stop)
	return j, stop
}

// ask makes a request.
func ask(t *testing.T, day ledger.Day, change func(*ledger.Request)) ledger.Request {
	t.Helper()
	now := time.Now().UTC().Truncate(time.Millisecond)
	r := ledger.Request{ID: uuid.New(), Job: ledger.Daily, Date: day.Date, Zone: day.Zone.String(), State: ledger.RequestOpen,
		Requested: now, Updated: now, By: "ada", Reason: "redo"}
	if change != nil {
		change(&r)
	}
	if err := store.RecordRequests(t.Context(), []ledger.Request{r}); err != nil {
		t.Fatal(err)
	}
	return r
}

// answered waits for the answer of a request.
func answered(t *testing.T, asked ledger.Request, want ledger.RequestState) ledger.Request {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	var r ledger.Request
	for began := time.Now(); time.Since(began) < time.Minute; <-tick.C {
		found, err := store.Requests(t.Context(), ledger.Daily, asked.ID)
		if err != nil || len(found) != 1 {
			t.Fatalf("requests %v, %v", found, err)
		}
		if r = found[0]; r.State != ledger.RequestOpen && r.State != ledger.RequestRunning {
			break
		}
	}
	if r.State != want {
		t.Fatalf("the request of %s is %s (%s), want %s", r.Date, r.State, r.Answer, want)
	}
	return r
}

func runsOf(t *testing.T, day ledger.Day) []ledger.Run {
	t.Helper()
	runs, err := store.Runs(t.Context(), ledger.Daily, day.Date, day.Date, 0)
	if err != nil {
		t.Fatal(err)
	}
	return rollup.OfZone(runs, day.Zone)
}

// TestRequest: a final day that somebody asks for runs once more, stays final with the same checksums,
// says who asked, and is not taken again, by this process or the next.
func TestRequest(t *testing.T) {
	day := dayIn(t, "2021-02-12", "Pacific/Apia")
	insert(t, view("request", day.Start().Add(time.Hour), "/"))
	first := publish(t, day, "request")
	_, stop := answering(t, day.Zone, "request")
	r := answered(t, ask(t, day, nil), ledger.RequestDone)
	stop()
	_, stop = answering(t, day.Zone, "request")
	defer stop()
	answered(t, ask(t, dayIn(t, "2021-02-13", "Pacific/Apia"), nil), ledger.RequestRefused) // so this one has looked
	runs := runsOf(t, day)
	if len(runs) != 2 {
		t.Fatalf("%d runs, want 2: %+v", len(runs), runs)
	}
	again := runs[0]
	if again.ID != r.Run || again.State != ledger.Final || again.Cause != ledger.ByPerson || again.AskedBy != "ada" || again.Inputs.Events != 1 {
		t.Errorf("the run is %+v", again)
	}
	if diff := cmp.Diff(first.Checksums, again.Checksums); diff != "" {
		t.Errorf("checksums (-before +after):\n%s", diff)
	}
}

// TestRefusedRequests: what cannot be computed is answered in words, and published rows stay.
func TestRefusedRequests(t *testing.T) {
	day := dayIn(t, "2021-02-12", "Pacific/Niue")
	insert(t, view("refused", day.Start().Add(time.Hour), "/"))
	publish(t, day, "refused")
	answering(t, day.Zone, "refused")
	f := func(day ledger.Day, want string) {
		t.Helper()
		if r := answered(t, ask(t, day, nil), ledger.RequestRefused); !strings.Contains(r.Answer, want) || r.Run != uuid.Nil {
			t.Errorf("%s: answer %q, run %s, want %q", day, r.Answer, r.Run, want)
		}
	}
	f(dayIn(t, "2021-02-14", "Pacific/Niue"), "no page view and no custom event of 2021-02-14 Pacific/Niue is stored")
	f(dayIn(t, "2100-02-14", "Pacific/Niue"), "has not begun")
	f(dayIn(t, "2021-02-12", "Africa/Abidjan"), `no site is counted in the time zone "Africa/Abidjan"`)
	exec(t, "ALTER TABLE events DELETE WHERE site = 'refused' SETTINGS mutations_sync = 2")
	f(day, "what is published stays")
	if rows := readBack(t, day); rows["daily_site"].Views != 1 {
		t.Errorf("published is %+v", rows["daily_site"])
	}
}

// TestRequestsSurvive: a kill between a request and its run, or within the run, makes the next start run
// the day, once; a cancelled request does nothing.
func TestRequestsSurvive(t *testing.T) {
	zone := "Pacific/Tongatapu"
	days := []ledger.Day{dayIn(t, "2021-02-10", zone), dayIn(t, "2021-02-11", zone), dayIn(t, "2021-02-12", zone)}
	for _, day := range days {
		insert(t, view("survive", day.Start().Add(time.Hour), "/"))
		publish(t, day, "survive")
	}
	before := ask(t, days[0], func(r *ledger.Request) { r.State, r.Run = ledger.RequestRunning, uuid.New() })
	killed := ledger.Run{ID: uuid.New(), Job: ledger.Daily, Date: days[1].Date, Zone: zone, State: ledger.Running, Started: time.Now(), Updated: time.Now()}
	if err := store.RecordRun(t.Context(), killed); err != nil {
		t.Fatal(err)
	}
	within := ask(t, days[1], func(r *ledger.Request) { r.State, r.Run = ledger.RequestRunning, killed.ID })
	cancelled := ask(t, days[2], nil).To(ledger.RequestCancelled, time.Time{})
	ask(t, days[2], func(r *ledger.Request) { *r = cancelled })
	answering(t, days[0].Zone, "survive")
	answered(t, before, ledger.RequestDone)
	answered(t, within, ledger.RequestDone)
	for i, want := range []int{2, 3, 1} { // the abandoned one counts
		if runs := runsOf(t, days[i]); len(runs) != want || runs[0].State != ledger.Final {
			t.Errorf("%s has the runs %+v, want %d", days[i], runs, want)
		}
	}
}

// TestRequestsKeepTheOrder: requests of published days go before a catch-up, and of missing days along
// with it: oldest first, once each.
func TestRequestsKeepTheOrder(t *testing.T) {
	zone := "Pacific/Fakaofo"
	var days []ledger.Day
	for _, date := range []string{"2021-02-15", "2021-02-10", "2021-02-11", "2021-02-12"} {
		days = append(days, dayIn(t, date, zone))
		insert(t, view("order", days[len(days)-1].Start().Add(time.Hour), "/"))
	}
	publish(t, days[0], "order")
	published, missing := ask(t, days[0], nil), ask(t, days[3], nil)
	j, _ := answering(t, days[0].Zone, "order")
	answered(t, published, ledger.RequestDone)
	answered(t, missing, ledger.RequestDone)
	j.mu.Lock()
	defer j.mu.Unlock()
	if got, want := strings.Join(j.published, " "), "2021-02-15 2021-02-10 2021-02-11 2021-02-12"; got != want {
		t.Errorf("published in the order %q, want %q", got, want)
	}
}

// TestRequestsLetLooksThrough: a day that becomes due while a long backfill is asked for is computed before
// that has ended.
func TestRequestsLetLooksThrough(t *testing.T) {
	zone := "Pacific/Nauru"
	var days []ledger.Day
	for _, date := range []string{"2021-02-01", "2021-02-02", "2021-02-03", "2021-02-04", "2021-02-05", "2021-02-06"} {
		days = append(days, dayIn(t, date, zone))
		insert(t, view("through", days[len(days)-1].Start().Add(time.Hour), "/"))
	}
	j, _ := answering(t, days[0].Zone, "through")
	awaitRun(t, days[len(days)-1], ledger.Final)
	var last ledger.Request
	for _, day := range days {
		last = ask(t, day, nil)
	}
	insert(t, view("through", dayIn(t, "2021-02-20", zone).Start().Add(time.Hour), "/"))
	answered(t, last, ledger.RequestDone)
	j.mu.Lock()
	defer j.mu.Unlock()
	if got := strings.Join(j.published, " "); !strings.Contains(got, "2021-02-20 ") {
		t.Errorf("published in the order %q", got)
	}
}
