package spooling

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/ports"
	"github.com/footfall-analytics/footfall/pkg/daemon"
	"github.com/footfall-analytics/footfall/services"
)

// child in the environment makes the test binary a collector, to be killed.
const child = "FOOTFALL_TEST_COLLECTOR_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(child) != "" {
		go endWithParent()
		os.Exit(daemon.Main("collector", "", &services.Collector{}, []string{"serve"}, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// endWithParent keeps a child from outliving a test run that was killed.
func endWithParent() {
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(1)
}

// collector is the service with its own ports, topic and spool; it can be started again.
type collector struct {
	addr, admin, topic, spool string
	env                       []string
	cmd                       *exec.Cmd
	stderr                    *output
}

func newCollector(t *testing.T, b broker, extra ...string) *collector {
	t.Helper()
	c := &collector{addr: freeAddr(t), admin: freeAddr(t), topic: "events", spool: filepath.Join(t.TempDir(), "spool"), stderr: &output{}}
	c.env = append(os.Environ(), child+"=1",
		"FOOTFALL_COLLECTOR_ADDR="+c.addr, "FOOTFALL_ADMIN_ADDR="+c.admin,
		"FOOTFALL_KAFKA_ADDR="+b.addr, "FOOTFALL_KAFKA_TOPIC="+c.topic, "FOOTFALL_KAFKA_PARTITIONS=4", "FOOTFALL_KAFKA_TIMEOUT=2s",
		"FOOTFALL_SPOOL_DIR="+c.spool, "FOOTFALL_RATE_ADDRESS=0", "FOOTFALL_RATE_SITE=0")
	c.env = append(c.env, extra...)
	return c
}

func freeAddr(t *testing.T) string {
	t.Helper()
	addr, err := ports.Free()
	must(t, err)
	return addr
}

// start runs the process and waits until it takes requests, which does not need Kafka.
func (c *collector) start(t *testing.T) {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	c.cmd = exec.Command(self)
	c.cmd.Env, c.cmd.Stderr = c.env, c.stderr
	_, err = c.cmd.StdinPipe()
	must(t, err)
	must(t, c.cmd.Start())
	t.Cleanup(func() { c.kill() })
	c.until(t, "the collector to listen", func() bool {
		conn, err := net.Dial("tcp", c.addr)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
}

// kill ends the process as a power cut would.
func (c *collector) kill() {
	if c.cmd != nil {
		_ = c.cmd.Process.Kill() // it may have ended
		_ = c.cmd.Wait()         // with the signal
		c.cmd = nil
	}
}

// stop asks for an ordered stop.
func (c *collector) stop(t *testing.T) {
	t.Helper()
	must(t, c.cmd.Process.Signal(syscall.SIGTERM))
	if err := c.cmd.Wait(); err != nil {
		t.Errorf("an ordered stop ends with %v\n%s", err, c.stderr)
	}
	c.cmd = nil
}

// until waits for what another process brings about, at most a minute.
func (c *collector) until(t *testing.T, what string, done func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(time.Minute)
	for !done() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("waited in vain for %s\n%s", what, c.stderr)
		}
	}
}

func (c *collector) ready(t *testing.T) (bool, string) {
	t.Helper()
	code, body := c.get(t, "/readyz")
	return code == http.StatusOK, body
}

func (c *collector) get(t *testing.T, path string) (int, string) {
	t.Helper()
	resp, err := http.Get("http://" + c.admin + path)
	must(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	must(t, err)
	return resp.StatusCode, string(body)
}

// metric reads one value; name may hold labels.
func (c *collector) metric(t *testing.T, name string) float64 {
	t.Helper()
	_, body := c.get(t, "/metrics")
	for line := range strings.Lines(body) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			v, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			must(t, err)
			return v
		}
	}
	t.Fatalf("there is no metric %s", name)
	return 0
}

// drained waits until Kafka has everything that the collector holds.
func (c *collector) drained(t *testing.T) {
	t.Helper()
	c.until(t, "the spool to be drained", func() bool {
		return c.metric(t, "footfall_collector_spool_records") == 0 && c.metric(t, "footfall_collector_queue_bytes") == 0
	})
}

// output keeps the end of what a process logs.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.b.Len() > 1<<20 {
		o.b.Reset()
	}
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}
