package integration

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/consumer"
	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/stream"
	"github.com/footfall-analytics/footfall/pkg/warehouse"
	"github.com/footfall-analytics/footfall/services"
)

// childVariable holds the settings of a consumer that is a process of its own.
const childVariable = "FOOTFALL_TEST_CONSUMER"

// childSettings say what such a process reads and when it stops itself.
type childSettings struct {
	Kafka      stream.Config
	Source     stream.SourceConfig
	Clickhouse string
	KillAfter  int64 // it kills itself after this insert was acknowledged; 0 for never
	StopBefore int64 // it stops itself (SIGSTOP) before this insert; 0 for never
}

// child is the consumer process. It ends at SIGTERM.
func child(settings string) error {
	var s childSettings
	if err := json.Unmarshal([]byte(settings), &s); err != nil {
		return fmt.Errorf("read settings: %w", err)
	}
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()
	w, err := warehouse.New(warehouse.Config{Addr: []string{s.Clickhouse}, Database: "default", User: "default", Timeout: time.Minute})
	if err != nil {
		return err
	}
	source := stream.NewSource(s.Kafka, s.Source, quiet())
	c := consumer.New(consumerConfig(), services.Partitions{Source: source}, stream.DecodeRecord, &doomed{Warehouse: w, settings: s}, quiet(), prometheus.NewRegistry())
	if err := c.Start(ctx); err != nil {
		return err
	}
	<-ctx.Done()
	return c.Stop(context.Background())
}

// doomed is the warehouse, with a signal to its own process around one of the inserts.
type doomed struct {
	*warehouse.Warehouse
	settings childSettings
	inserts  atomic.Int64
}

func (d *doomed) InsertOnce(ctx context.Context, token string, rows []event.Stored) error {
	n := d.inserts.Add(1)
	if n == d.settings.StopBefore {
		_ = syscall.Kill(os.Getpid(), syscall.SIGSTOP)
	}
	err := d.Warehouse.InsertOnce(ctx, token, rows)
	if err == nil && n == d.settings.KillAfter {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
	return err
}

// process starts a consumer of its own.
func (p *pipeline) process(killAfter, stopBefore int64) *exec.Cmd {
	p.Helper()
	settings, err := json.Marshal(childSettings{p.cfg, p.group(), p.db.NativeAddr, killAfter, stopBefore})
	if err != nil {
		p.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+string(settings))
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		p.Fatal(err)
	}
	p.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return cmd
}

// testKilled kills consumers between the acknowledgement of an insert and the commit.
func testKilled(t *testing.T, b broker) {
	t.Parallel()
	p := newPipeline(t, b, 2)
	for round := range 2 {
		p.publish(round*3000, (round+1)*3000)
		if state, err := p.process(int64(1+2*round), 0).Process.Wait(); err != nil || state.Success() {
			t.Fatalf("the process was to be killed: %v, %v", state, err)
		}
	}
	p.start(nil)
	p.awaitStored()
	p.wantStored(6000, 0)
}

// testZombie pauses a consumer within an insert until its group has gone on without it, and lets it go on.
func testZombie(t *testing.T, b broker) {
	t.Parallel()
	p := newPipeline(t, b, 2)
	p.publish(0, 4000)
	zombie := p.process(0, 3)
	awaitState(t, zombie, 'T')
	p.start(nil)
	p.awaitStored()
	p.wantStored(4000, 0)
	if err := zombie.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	p.publish(4000, 6000)
	p.awaitStored()
	if err := zombie.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := zombie.Wait(); err != nil { // its insert has ended, one way or the other
		t.Error(err)
	}
	p.awaitStored()
	p.wantStored(6000, 0)
}

// awaitState waits until the kernel says that a process is in a state.
func awaitState(t *testing.T, cmd *exec.Cmd, state byte) {
	t.Helper()
	eventually(t, func() error {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", cmd.Process.Pid))
		if err != nil {
			return err
		}
		var pid int
		var name string
		var got byte
		if _, err := fmt.Sscanf(string(stat), "%d %s %c", &pid, &name, &got); err != nil {
			return err
		}
		if got != state {
			return fmt.Errorf("process is in state %c, not %c", got, state)
		}
		return nil
	})
}

// testRebalances lets consumers come and go while events come in.
func testRebalances(t *testing.T, b broker) {
	t.Parallel()
	p := newPipeline(t, b, 6)
	p.start(nil)
	next := 0
	for range 3 {
		p.publish(next, next+1000)
		stop := p.start(nil)
		p.publish(next+1000, next+2000)
		p.awaitStored()
		p.publish(next+2000, next+3000)
		stop()
		next += 3000
	}
	p.awaitStored()
	p.wantStored(int64(next), 0)
}
