package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/ports"
	"github.com/footfall-analytics/footfall/deploy/standalone/integration/webserver"
)

// TestSyslog: nginx sends its log lines itself. Each request is one view, by its request id.
func TestSyslog(t *testing.T) {
	const pages = 300
	s := newSite(t)
	s.start(t)
	n, listen := s.listened(t)
	visit(t, n, pages)
	const all = "SELECT uniqExact(view_id), uniqExact(path), countIf(request_id = '') FROM events WHERE site = 'syslog'"
	s.await(t, all, fmt.Sprintf("%d\t10\t0", pages))
	listen.kill()
}

// TestSyslogLoss: what is lost while the listener is held up stands in its counters, to the line.
func TestSyslogLoss(t *testing.T) {
	const pages = 12_000 // more than the kernel keeps
	s := newSite(t)
	s.start(t)
	n, listen := s.listened(t)
	signal := func(sig syscall.Signal) {
		t.Helper()
		if err := listen.process.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
	}
	signal(syscall.SIGSTOP)
	visit(t, n, pages)
	signal(syscall.SIGCONT)
	var received, lost float64
	s.until(t, "all lines to be received or lost", func() bool {
		received = s.metricAt(t, "LISTEN_ADMIN", `footfall_shipper_syslog_messages_total{transport="udp"}`)
		lost = s.metricAt(t, "LISTEN_ADMIN", "footfall_shipper_syslog_kernel_dropped_total")
		return received+lost == pages
	})
	s.await(t, "SELECT uniqExact(view_id) FROM events WHERE site = 'syslog'", fmt.Sprint(received))
	if lost == 0 {
		t.Error("nothing was lost: the test shows nothing")
	}
	t.Logf("%d lines: %g received, %g lost", pages, received, lost)
}

// listened starts a listener, and an nginx that logs to it.
func (s *site) listened(t *testing.T) (*webserver.Nginx, *shipper) {
	t.Helper()
	addr, err := ports.FreeUDP()
	if err != nil {
		t.Fatal(err)
	}
	if s.Addrs["LISTEN_ADMIN"], err = ports.Free(); err != nil {
		t.Fatal(err)
	}
	n := webserver.New(t, webserver.Shipped(t, "footfall-http.conf"), fmt.Sprintf(`
		access_log syslog:server=%s,facility=local7,tag=nginx,severity=info footfall;
		location / { default_type text/html; return 200 "<body></body>"; }`, addr))
	listen := s.ship(t, "listen", "--site=syslog", "--listen-udp="+addr, "--token-file="+s.TokenFile(), "--admin-addr="+s.Addrs["LISTEN_ADMIN"])
	s.until(t, "the listener", func() bool {
		answer, err := http.Get("http://" + s.Addrs["LISTEN_ADMIN"] + "/readyz")
		if err != nil {
			return false
		}
		answer.Body.Close()
		return answer.StatusCode == http.StatusOK
	})
	n.Start(t)
	return n, listen
}

// visit fetches ten pages again and again; their queries make the log lines long.
func visit(t *testing.T, n *webserver.Nginx, times int) {
	t.Helper()
	query := strings.Repeat("x", 1000)
	for i := range times {
		if !fetch(t.Context(), http.DefaultClient, fmt.Sprintf("http://%s/page/%d?%s", n.Addr, i%10, query)) {
			t.Fatal("nginx does not answer")
		}
	}
}
