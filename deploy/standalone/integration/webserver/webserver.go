// Package webserver starts a real nginx for tests, with the files that we ship for it.
package webserver

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/ports"
)

// Nginx is Debian's nginx in a folder of its own, which can be killed and started again.
type Nginx struct {
	Dir, Addr string

	program string
	process *exec.Cmd
}

// New writes a configuration: shipped are files of deploy/nginx that go into http { }, server is
// what stands in its only server.
func New(t *testing.T, shipped, server string) *Nginx {
	t.Helper()
	program, err := exec.LookPath("nginx")
	if err != nil {
		program = "/usr/sbin/nginx" // not on everybody's PATH
	}
	addr, err := ports.Free()
	if err != nil {
		t.Fatal(err)
	}
	n := &Nginx{Dir: t.TempDir(), Addr: addr, program: program}
	user := ""
	if os.Getuid() == 0 {
		user = "user root;"
	}
	config := fmt.Appendf(nil, `%s
daemon off; worker_processes 2; pid %[2]s/nginx.pid; error_log %[2]s/error.log;
events { worker_connections 512; }
http {
	client_body_temp_path %[2]s; proxy_temp_path %[2]s; fastcgi_temp_path %[2]s; uwsgi_temp_path %[2]s; scgi_temp_path %[2]s;
	%[3]s
	server { listen %[4]s; location = /healthz { access_log off; return 200; } %[5]s }
}`, user, n.Dir, shipped, n.Addr, server)
	if err := os.WriteFile(filepath.Join(n.Dir, "nginx.conf"), config, 0o600); err != nil {
		t.Fatal(err)
	}
	return n
}

// Start starts it and waits until it answers.
func (n *Nginx) Start(t *testing.T) {
	t.Helper()
	n.process = exec.Command(n.program, "-p", n.Dir, "-c", filepath.Join(n.Dir, "nginx.conf"), "-e", filepath.Join(n.Dir, "error.log"))
	n.process.Stderr = t.Output()
	n.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // so that kill ends its workers too
	if err := n.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.Kill(t) })
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.After(time.Minute); ; {
		if answer, err := http.Get("http://" + n.Addr + "/healthz"); err == nil {
			answer.Body.Close()
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			log, _ := os.ReadFile(filepath.Join(n.Dir, "error.log"))
			t.Fatalf("nginx does not answer\n%s", log)
		}
	}
}

// Kill ends master and workers as a power cut would.
func (n *Nginx) Kill(t *testing.T) {
	t.Helper()
	if n.process == nil {
		return
	}
	if err := syscall.Kill(-n.process.Process.Pid, syscall.SIGKILL); err != nil {
		t.Error(err)
	}
	_ = n.process.Wait() // its error is that it was killed
	n.process = nil
}

// Shipped reads a file of deploy/nginx, with texts replaced.
func Shipped(t *testing.T, name string, replaced ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../../nginx", name))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(replaced); i += 2 {
		if !strings.Contains(string(text), replaced[i]) {
			t.Fatalf("%s does not hold %q", name, replaced[i])
		}
	}
	return strings.NewReplacer(replaced...).Replace(string(text))
}
