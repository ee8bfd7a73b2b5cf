package accesslog

import (
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

func TestFollowRename(t *testing.T) {
	c, dir := newCollector(t), t.TempDir()
	put(t, dir, "access.log", pages("/1", "/2"))
	follow(t, c, dir, nil)
	c.waitFor("/1", "/2")
	rename(t, dir, "access.log", "access.log.1")
	put(t, dir, "access.log.1", logLine("/3", 3)) // the server has not been told yet
	c.waitFor("/1", "/2", "/3")
	put(t, dir, "access.log", logLine("/4", 4))
	put(t, dir, "access.log.1", logLine("/5", 5))
	c.waitFor("/1", "/2", "/3", "/4", "/5")
	c.wantOnce()
}

// TestFollowLetsGo: a log that was rotated away is closed, not before all of it was shipped, and its
// place is remembered.
func TestFollowLetsGo(t *testing.T) {
	c, dir := newCollector(t), t.TempDir()
	put(t, dir, "access.log", pages("/1"))
	f := follow(t, c, dir, func(f *Follower) { f.logs.drain = 10 * time.Millisecond })
	c.waitFor("/1")
	put(t, dir, "access.log", logLine("/2", 2))
	rename(t, dir, "access.log", "access.log.1")
	f.hear("a log that was rotated away is done")
	f.settled("access.log.1")
	put(t, dir, "access.log", logLine("/3", 3))
	c.waitFor("/1", "/2", "/3")
	rename(t, dir, "access.log.1", "other.log") // found again, it goes on where it was
	put(t, dir, "other.log", logLine("/4", 4))
	f.hear("resuming a log")
	c.waitFor("/1", "/2", "/3", "/4")
	c.wantOnce()
}

func TestFollowTruncation(t *testing.T) {
	f := func(before, after string, want ...string) {
		t.Helper()
		c, dir := newCollector(t), t.TempDir()
		put(t, dir, "access.log", before)
		w := follow(t, c, dir, nil)
		w.settled("access.log")
		if err := os.WriteFile(filepath.Join(dir, "access.log"), []byte(after), 0o600); err != nil {
			t.Fatal(err)
		}
		w.hear("a log begins anew")
		c.waitFor(want...)
		c.wantOnce()
		w.stop()
	}
	f(pages("/1", "/2"), logLine("/3", 3), "/1", "/2", "/3")
	f(pages("/1"), logLine("/2", 2)+logLine("/3", 3), "/1", "/2", "/3") // longer than before
	f(pages("/1", "/2"), "", "/1", "/2")
}

func TestFollowDeletedAndMadeAgain(t *testing.T) {
	c, dir := newCollector(t), t.TempDir()
	f := follow(t, c, dir, nil)
	f.hear("no log matches; waiting for one")
	put(t, dir, "access.log", pages("/1", "/2"))
	c.waitFor("/1", "/2")
	remove(t, dir, "access.log")
	put(t, dir, "access.log", logLine("/3", 3))
	c.waitFor("/1", "/2", "/3")
	c.wantOnce()
}

// TestFollowHalfLines: a line is read once it is whole. A line of the other log shows that the
// Follower has looked.
func TestFollowHalfLines(t *testing.T) {
	c, dir := newCollector(t), t.TempDir()
	first, second := logLine("/first", 1), logLine("/second", 2)
	put(t, dir, "access.log", first[:20])
	follow(t, c, dir, nil)
	put(t, dir, "other.log", logLine("/a", 3))
	c.waitFor("/a")
	put(t, dir, "access.log", first[20:]+second[:len(second)-1])
	c.waitFor("/a", "/first")
	put(t, dir, "other.log", logLine("/b", 4))
	c.waitFor("/a", "/b", "/first")
	put(t, dir, "access.log", "\n")
	c.waitFor("/a", "/b", "/first", "/second")
	c.wantOnce()

	imported := newCollector(t) // which gives the same ids
	mustImport(t, imported, "", filepath.Join(dir, "access.log"))
	for id := range imported.ids() {
		if c.ids()[id] != 1 {
			t.Errorf("imported event %s has not been followed", id)
		}
	}
}

func TestFollowRestart(t *testing.T) {
	c, dir := newCollector(t), t.TempDir()
	put(t, dir, "access.log", pages("/1", "/2"))
	f := follow(t, c, dir, nil)
	f.settled("access.log")
	f.stop()
	put(t, dir, "access.log", logLine("/3", 3))
	f = follow(t, c, dir, nil)
	c.waitFor("/1", "/2", "/3")
	f.settled("access.log")
	f.stop()

	put(t, dir, "access.log", logLine("/4", 4)) // rotated while nobody looks
	rename(t, dir, "access.log", "access.log.1")
	put(t, dir, "access.log.0", "of no interest\n")
	put(t, dir, "access.log", logLine("/5", 5))
	f = follow(t, c, dir, nil)
	c.waitFor("/1", "/2", "/3", "/4", "/5")
	f.settled("access.log")
	f.settled("access.log.1")
	f.stop()

	put(t, dir, "access.log.1", logLine("/late", 6)) // rejoined once more, under its old name
	follow(t, c, dir, nil)
	c.waitFor("/1", "/2", "/3", "/4", "/5", "/late")
	c.wantOnce()
}

// TestFollowKeepsItsPlace: as long as the collector does not take the lines, the checkpoint stands
// still; lines that it took without being able to say so come again under the same ids.
func TestFollowKeepsItsPlace(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "access.log", pages("/1", "/2"))
	var marks []mark
	var err error
	look := func(w http.ResponseWriter) {
		marks, err = loadMarks(filepath.Join(dir, "state.json"))
		busy("0")(w)
	}
	c := newCollector(t, busy("0"), problem(http.StatusUnauthorized, "", ""), look)
	c.lost = 1
	f := follow(t, c, dir, nil)
	f.hear("the collector does not take log lines; keeping the place")
	f.hear("the collector takes log lines again")
	f.settled("access.log")
	if err != nil || len(marks) > 0 {
		t.Errorf("the checkpoint was %+v, %v before the answer", marks, err)
	}
	ids := c.ids()
	for id, n := range ids {
		if n != 2 {
			t.Errorf("event %s came %d times", id, n)
		}
	}
	if len(ids) != 2 {
		t.Errorf("2 views became %d events", len(ids))
	}
}

// TestFollowStopsWhileWaiting: a stop does not wait for a collector that is away.
func TestFollowStopsWhileWaiting(t *testing.T) {
	c, dir := newCollector(t, busy("3600")), t.TempDir()
	put(t, dir, "access.log", pages("/1"))
	f := follow(t, c, dir, nil)
	f.hear("the collector does not take log lines")
	f.stop()
	follow(t, c, dir, nil)
	c.waitFor("/1")
	c.wantOnce()
}

// TestFollowOtherMarks: a mark is for one file with one beginning.
func TestFollowOtherMarks(t *testing.T) {
	f := func(change func(*mark), want ...string) {
		t.Helper()
		c, dir := newCollector(t), t.TempDir()
		path := filepath.Join(dir, "access.log")
		put(t, dir, "access.log", pages("/1", "/2"))
		tail, err := openTail(path, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		defer tail.file.Close()
		m := mark{Path: path, fileID: tail.id, Offset: int64(len(pages("/1"))), Seen: time.Now()}
		if m.First, _, err = tail.firstLine(); err != nil {
			t.Fatal(err)
		}
		if change(&m); saveMarks(filepath.Join(dir, "state.json"), []mark{m}) != nil {
			t.Fatal("no checkpoint")
		}
		w := follow(t, c, dir, nil)
		c.waitFor(want...)
		w.settled("access.log")
		w.stop()
	}
	f(func(*mark) {}, "/2")
	f(func(m *mark) { m.First[0]++ }, "/1", "/2") // the inode has been used again
	f(func(m *mark) { m.Inode++ }, "/1", "/2")
	f(func(m *mark) { m.Offset = 1 << 40 }, "/1", "/2")
	f(func(m *mark) { m.Offset = -1 }, "/1", "/2")
}

// TestFollowForgetsOtherLogs: a log that is not configured any more is left alone.
func TestFollowForgetsOtherLogs(t *testing.T) {
	c, dir := newCollector(t), t.TempDir()
	put(t, dir, "access.log", pages("/1"))
	f := follow(t, c, dir, nil)
	f.settled("access.log")
	f.stop()
	put(t, dir, "access.log", logLine("/2", 2))
	put(t, dir, "other.log", logLine("/3", 3))
	f = follow(t, c, dir, func(f *Follower) { f.logs.globs = f.logs.globs[1:] })
	f.settled("other.log")
	f.stop()
	c.waitFor("/1", "/3")
}

// TestFollowBadLines: what is no view, and what the collector refuses, is counted and stops nothing.
func TestFollowBadLines(t *testing.T) {
	c, dir := newCollector(t), t.TempDir()
	future := strings.Replace(logLine("/future", 2), "2024", "9024", 1)
	put(t, dir, "access.log", logLine("/1", 1)+"broken\n"+future+logLine("/a.css", 3)+future+strings.Repeat("x", MaxLine+1)+"\n"+logLine("/2", 4))
	put(t, dir, "other.gz.log", zipped(t, pages("/3")))
	f := follow(t, c, dir, nil)
	f.hear("a compressed log is not followed; import it")
	f.hear("the collector refuses views; they are counted and passed over about=in_the_future error=time must not lie")
	c.waitFor("/1", "/2")
	f.settled("access.log")
	for series, want := range map[string]float64{
		"footfall_shipper_lines_total": 7, "footfall_shipper_skipped_total malformed": 1, "footfall_shipper_skipped_total static": 1,
		"footfall_shipper_skipped_total too_long": 1, "footfall_shipper_skipped_total rejected_in_the_future": 2,
	} {
		if got := f.metric(series); got != want {
			t.Errorf("%s is %g, want %g", series, got, want)
		}
	}
}

func TestFollowLag(t *testing.T) {
	dir, lag := t.TempDir(), make(chan float64, 1)
	var f *following
	ready := make(chan struct{})
	c := newCollector(t, func(w http.ResponseWriter) {
		<-ready
		lag <- f.metric("footfall_shipper_lag_seconds")
		writeAnswer(w, Answer{Accepted: 1})
	})
	put(t, dir, "access.log", pages("/1"))
	f = follow(t, c, dir, nil)
	close(ready)
	if got := <-lag; got <= 0 {
		t.Errorf("lag is %g while a line is waiting", got)
	}
	f.settled("access.log")
	if got, want := f.metric("footfall_shipper_position_bytes "+filepath.Join(dir, "access.log")), float64(len(pages("/1"))); got != want {
		t.Errorf("position is %g, want %g", got, want)
	}
	f.stop()
	if got := f.metric("footfall_shipper_lag_seconds"); got != 0 {
		t.Errorf("lag is %g with nothing waiting", got)
	}
}

func TestFollowerRefuses(t *testing.T) {
	dir := t.TempDir()
	f := func(want string, change func(*ClientConfig, *FollowConfig)) {
		t.Helper()
		client := ClientConfig{CollectorURL: "http://127.0.0.1:1"}
		cfg := FollowConfig{Files: []string{"a"}, Site: "a", State: filepath.Join(dir, "state.json"), Poll: time.Second}
		change(&client, &cfg)
		follower, err := NewFollower(client, cfg, prometheus.NewRegistry(), slog.New(slog.DiscardHandler))
		if err == nil {
			err = follower.Start(t.Context())
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got error %v, want %q in it", err, want)
		}
	}
	f("name at least one access log", func(_ *ClientConfig, c *FollowConfig) { c.Files = nil })
	f(`shipper-site: site ""`, func(_ *ClientConfig, c *FollowConfig) { c.Site = "" })
	f("shipper-state", func(_ *ClientConfig, c *FollowConfig) { c.State = "" })
	f("shipper-poll 0s", func(_ *ClientConfig, c *FollowConfig) { c.Poll = 0 })
	f(`shipper-files "["`, func(_ *ClientConfig, c *FollowConfig) { c.Files = []string{"["} })
	f(`collector-url "x"`, func(c *ClientConfig, _ *FollowConfig) { c.CollectorURL = "x" })
	f("read the token file", func(c *ClientConfig, _ *FollowConfig) { c.TokenFile = "no/such/file" })
	f("write the checkpoint", func(_ *ClientConfig, c *FollowConfig) { c.State = filepath.Join(dir, "none", "state.json") })
	put(t, dir, "state.json", `{"version":2}`)
	f("version 2 is not 1", func(*ClientConfig, *FollowConfig) {})
	put(t, dir, "state.json", `}`)
	f("repair or delete it", func(*ClientConfig, *FollowConfig) {})
}
