package runs

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/footfall-analytics/footfall/pkg/ledger"
	"github.com/footfall-analytics/footfall/pkg/rollup"
)

func stepsOf(t *testing.T, run ledger.Run) []ledger.Step {
	t.Helper()
	steps, err := store.Steps(t.Context(), run.ID)
	if err != nil {
		t.Fatal(err)
	}
	return steps
}

func names(steps []ledger.Step) string {
	var all []string
	for _, s := range steps {
		if len(all) == 0 || all[len(all)-1] != s.Name {
			all = append(all, s.Name)
		}
	}
	return strings.Join(all, ", ")
}

// TestLog: a run's log tells its steps in their order, with durations.
func TestLog(t *testing.T) {
	day := dayIn(t, "2021-01-26", "UTC")
	insert(t, view("log", day.Start().Add(time.Hour), "/"), view("log", day.Start().Add(2*time.Hour), "/"))
	run := publish(t, day, "log")
	steps := stepsOf(t, run)
	want := "begin, stored, stage.create, stage.inputs, stage.bounds, stage.prepare, stage.repeats, stage.buckets, stage.sum, stage.tables, stage, check, door, swap, read back, ledger, end"
	if diff := cmp.Diff(want, names(steps)); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	for i, s := range steps {
		if s.Seq != uint32(i+1) || s.Level != ledger.Info || s.Date != day.Date || s.Message == "" {
			t.Errorf("step %d is %+v", i+1, s)
		}
		if timed := s.Name != "begin" && s.Name != "check"; timed && s.Attrs["ms"] == "" {
			t.Errorf("%s does not say how long it took", s.Name)
		}
	}
	if run.Inputs.Events != 2 || run.Inputs.FirstStored.IsZero() || cmp.Diff(run.Sites, []string{"log"}) != "" || run.Cause != ledger.ByCommand {
		t.Errorf("the run is %+v", run)
	}
	again, ok, err := store.Run(t.Context(), ledger.Daily, run.ID)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	if diff := cmp.Diff(run, again); diff != "" {
		t.Errorf("the ledger says (-run +ledger):\n%s", diff)
	}
}

// wrong is a warehouse whose staged sums of one table lack a view.
type wrong struct{ rollup.Warehouse }

func (w wrong) Stage(ctx context.Context, run uuid.UUID, day ledger.Day, sel ledger.Selection) (*ledger.Staging, error) {
	s, err := w.Warehouse.Stage(ctx, run, day, sel)
	sums := s.Sums["daily_ip_time"]
	sums.Views--
	s.Sums["daily_ip_time"] = sums
	return s, err
}

// TestLogOfAFailedCheck: the log shows which table's sums differ, with both sides.
func TestLogOfAFailedCheck(t *testing.T) {
	day := dayIn(t, "2021-01-27", "UTC")
	insert(t, view("wrong", day.Start().Add(time.Hour), "/"))
	run, err := newRunner(wrong{store}, store).Run(t.Context(), day, only("wrong"), true)
	if err == nil {
		t.Fatal("a day whose sums do not agree was published")
	}
	bad := 0
	for _, s := range stepsOf(t, run) {
		if s.Name != "check" {
			continue
		}
		isBad := s.Attrs["table"] == "daily_ip_time"
		if (s.Level == ledger.Error) != isBad || (s.Attrs["ok"] == "false") != isBad {
			t.Errorf("check of %s: %+v", s.Attrs["table"], s)
		}
		if isBad {
			bad++
			if s.Attrs["views"] != "0" || s.Attrs["views_want"] != "1" {
				t.Errorf("both sides: %+v", s.Attrs)
			}
		}
	}
	if bad != 1 {
		t.Errorf("%d checks failed, want 1", bad)
	}
}

// mute is a ledger that takes no log.
type mute struct{ rollup.Ledger }

func (mute) LogSteps(context.Context, []ledger.Step) error { return errors.New("no log") }

// TestWithoutLog: a log that cannot be written costs no run.
func TestWithoutLog(t *testing.T) {
	day := dayIn(t, "2021-01-28", "UTC")
	insert(t, view("mute", day.Start().Add(time.Hour), "/"))
	run, err := newRunner(store, mute{store}).Run(t.Context(), day, only("mute"), true)
	if err != nil || run.State != ledger.Final {
		t.Errorf("the run ended as %s: %v", run.State, err)
	}
}

// TestStandings: the console is told what the schedule thinks, with its reasons and settings.
func TestStandings(t *testing.T) {
	day := dayIn(t, "2021-02-12", "Pacific/Efate")
	insert(t, view("standing", day.Start().Add(time.Hour), "/"))
	f := func(want string) {
		t.Helper()
		got := "nothing"
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for began := time.Now(); time.Since(began) < time.Minute && got != want; <-tick.C {
			standings, err := store.Standings(t.Context(), ledger.Daily, day.Date, day.Date)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range standings {
				if s.Zone == day.Zone.String() {
					got = s.Reason
				}
			}
		}
		if got != want {
			t.Errorf("the day stands as %q, want %q", got, want)
		}
	}
	_, stop := answeringOn(t, slow{store, make(chan struct{}, 1)}, day.Zone, "standing")
	f(ledger.Missing)
	stop()
	_, stop = answering(t, day.Zone, "standing")
	f(ledger.FailedLast) // it was cancelled, and a pause is on
	answered(t, ask(t, day, nil), ledger.RequestDone)
	f("")
	stop()
	looks, err := store.Looks(t.Context(), ledger.Daily)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range looks {
		if l.Zone == day.Zone.String() && (l.Deadline != time.Hour || l.Grace != settings.Grace || l.Incomplete != "") {
			t.Errorf("the look is %+v", l)
		}
	}
}

// TestRunningRunShowsItsSteps: while a run waits at the door, its log tells what it has done so far.
func TestRunningRunShowsItsSteps(t *testing.T) {
	day := dayIn(t, "2021-01-30", "UTC")
	insert(t, view("running", day.Start().Add(time.Hour), "/"))
	ctx, cancel := context.WithCancel(t.Context())
	w, ended := slow{store, make(chan struct{}, 1)}, make(chan error, 1)
	go func() {
		_, err := newRunner(w, store).Run(ctx, day, only("running"), true)
		ended <- err
	}()
	<-w.atDoor
	run, arrived := awaitRun(t, day, ledger.Running), time.Now()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for ; time.Since(arrived) < time.Minute; <-tick.C {
		if steps := stepsOf(t, run); len(steps) > 0 && steps[len(steps)-1].Name == "check" {
			break
		}
	}
	if took := time.Since(arrived); took > 10*time.Second { // half a second, on a machine that is not busy
		t.Errorf("the steps were visible after %s", took)
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the run ended with %v", err)
	}
	if steps := stepsOf(t, run); steps[len(steps)-1].Name != "end" || steps[len(steps)-1].Level != ledger.Error {
		t.Errorf("a cancelled run's log ends with %+v", steps[len(steps)-1])
	}
}
