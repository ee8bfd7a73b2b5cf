package e2e

import (
	"flag"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

var (
	seeds = flag.Int("seeds", 4, "kills of a rollup at random moments")
	seed  = flag.Uint64("seed", 1, "first seed")
)

const (
	fourDays = "--from=2015-05-17 --to=2015-05-20"
	pageTime = "SELECT day, site, path, accesses, spent_ms, views_unknown FROM daily_page_time ORDER BY ALL"
	// leftBehind counts tables of runs that have ended, and runs that never end.
	leftBehind = "SELECT (SELECT count() FROM system.tables WHERE startsWith(name, 'staging_') OR endsWith(name, '_door'))" +
		" + (SELECT count() FROM job_runs FINAL WHERE state = 'running')"
)

// TestKilledRollups is for the binary, at random moments, what integration/kills is for its parts at named
// steps: whatever moment a run is killed at, it or the whole process with the engine in it, the next run
// publishes the same figures, and nothing stays behind.
func TestKilledRollups(t *testing.T) {
	content, views := aLog(3_000)
	total := 0
	for _, n := range views {
		total += n
	}
	log := filepath.Join(t.TempDir(), "access.log")
	write(t, log, content)
	s := newSite(t)
	s.start(t)
	s.mustCommand(t, "shipper", "import", "--site", "log", log)
	s.await(t, "SELECT count() FROM page_views", strconv.Itoa(total))
	backfill := append([]string{"rollup", "backfill", "--redo=all"}, strings.Fields(fourDays)...)
	s.mustCommand(t, backfill...)
	byAddress, byPage := s.ask(t, accessCounts), s.ask(t, pageTime)
	if want := table(views); byAddress != want {
		t.Fatalf("daily_ip_access is not what the lines say:\n%s\nwant\n%s", byAddress, want)
	}

	for i := range *seeds {
		s.killRollup(t, *seed+uint64(i), backfill)
	}
	s.Kill()
	s.start(t)
	s.until(t, "the leftovers to be dropped, and their runs to be closed", func() bool {
		_, left := s.sql(t, "default", "", leftBehind)
		return left == "0"
	})
	s.mustCommand(t, backfill...)
	if got := s.ask(t, accessCounts); got != byAddress {
		t.Errorf("after the kills daily_ip_access holds\n%s\nwant\n%s", got, byAddress)
	}
	if got := s.ask(t, pageTime); got != byPage {
		t.Errorf("after the kills daily_page_time holds\n%s\nwant\n%s", got, byPage)
	}
	s.mustCommand(t, append([]string{"rollup", "verify"}, strings.Fields(fourDays)...)...)
}

// killRollup starts a backfill and kills it, or the process that it talks to, at a random moment.
func (s *site) killRollup(t *testing.T, seed uint64, backfill []string) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 5))
	after, wholeProcess := time.Duration(r.IntN(2500))*time.Millisecond, r.IntN(2) == 0
	t.Logf("seed %d: after %s, whole process: %t", seed, after, wholeProcess)
	cmd := exec.CommandContext(t.Context(), binary, backfill...)
	cmd.Env = s.Env
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case <-time.After(after):
	case <-ended:
		ended <- nil // it was faster
	}
	if wholeProcess {
		s.Kill()
	}
	if err := cmd.Process.Kill(); err == nil {
		<-ended
	}
	if wholeProcess {
		s.start(t)
	}
}
