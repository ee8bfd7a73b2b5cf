package e2e

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// nginx is Debian's nginx in a folder of its own, which can be killed and started again.
type nginx struct {
	dir, addr string
	program   string
	process   *exec.Cmd
}

// newNginx writes a configuration: shipped are files of deploy/nginx that go into http { }, server is
// what stands in its only server.
func newNginx(t *testing.T, shipped, server string) *nginx {
	t.Helper()
	program, err := exec.LookPath("nginx")
	if err != nil {
		program = "/usr/sbin/nginx" // not on everybody's PATH
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	n := &nginx{dir: t.TempDir(), addr: l.Addr().String(), program: program}
	user := ""
	if os.Getuid() == 0 {
		user = "user root;"
	}
	write(t, filepath.Join(n.dir, "nginx.conf"), fmt.Appendf(nil, `%s
daemon off; worker_processes 2; pid %[2]s/nginx.pid; error_log %[2]s/error.log;
events { worker_connections 512; }
http {
	client_body_temp_path %[2]s; proxy_temp_path %[2]s; fastcgi_temp_path %[2]s; uwsgi_temp_path %[2]s; scgi_temp_path %[2]s;
	%[3]s
	server { listen %[4]s; location = /healthz { access_log off; return 200; } %[5]s }
}`, user, n.dir, shipped, n.addr, server))
	return n
}

func (n *nginx) start(t *testing.T) {
	t.Helper()
	n.process = exec.Command(n.program, "-p", n.dir, "-c", filepath.Join(n.dir, "nginx.conf"), "-e", filepath.Join(n.dir, "error.log"))
	n.process.Stderr = t.Output()
	n.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // so that kill ends its workers too
	if err := n.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.kill(t) })
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.After(time.Minute); ; {
		if answer, err := http.Get("http://" + n.addr + "/healthz"); err == nil {
			answer.Body.Close()
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			log, _ := os.ReadFile(filepath.Join(n.dir, "error.log"))
			t.Fatalf("nginx does not answer\n%s", log)
		}
	}
}

// kill ends master and workers as a power cut would.
func (n *nginx) kill(t *testing.T) {
	t.Helper()
	if n.process == nil {
		return
	}
	if err := syscall.Kill(-n.process.Process.Pid, syscall.SIGKILL); err != nil {
		t.Error(err)
	}
	n.process.Wait()
	n.process = nil
}

// shipped reads a file of deploy/nginx, with texts replaced.
func shipped(t *testing.T, name string, replaced ...string) string {
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

// fetch gets a page and tells whether all of its answer arrived.
func fetch(ctx context.Context, client *http.Client, url string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return false
	}
	answer, err := client.Do(req)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return err == nil && answer.StatusCode == http.StatusOK
}

// shipper is a command of the binary as a process of its own.
type shipper struct {
	process *exec.Cmd
	ended   chan error
}

func (s *site) ship(t *testing.T, args ...string) *shipper {
	t.Helper()
	sh := &shipper{process: exec.Command(binary, append([]string{"shipper"}, args...)...), ended: make(chan error, 1)}
	sh.process.Env, sh.process.Stderr = slices.Concat(s.env, []string{"FOOTFALL_ADMIN_ADDR="}), s.stderr
	if err := sh.process.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { sh.ended <- sh.process.Wait(); close(sh.ended) }()
	t.Cleanup(sh.kill)
	return sh
}

func (sh *shipper) kill() {
	sh.process.Process.Kill()
	<-sh.ended
}
