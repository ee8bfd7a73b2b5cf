package e2e

import (
	"bufio"
	"compress/gzip"
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/webserver"
)

var requests = flag.Int("requests", 12_000, "requests to nginx under rotation")

// TestRotationUnderLoad: nginx is under load while logrotate rotates and compresses its log three
// times, the shipper is killed twice, and nginx once. Every line of a page, in whichever file it ended
// up, is one page view.
func TestRotationUnderLoad(t *testing.T) {
	rotate := logrotate(t)
	s := newSite(t)
	s.start(t)
	n := webserver.New(t, webserver.Shipped(t, "footfall-http.conf"), `
		location / { default_type text/html; access_log site.log footfall; return 200 "<p>a page</p>"; }
		location = /style.css { access_log site.log footfall; return 200 "p {}"; }`)
	n.Start(t)
	follow := []string{"follow", "--shipper-site=nginx", "--shipper-files=" + filepath.Join(n.Dir, "site.log"), "--shipper-state=" + filepath.Join(n.Dir, "shipper.json"),
		"--token-file=" + s.TokenFile()}
	sh := s.ship(t, follow...)

	load := startLoad(t, n.Addr, *requests)
	load.reach(t, 1, 8)
	rotate(n)
	load.reach(t, 2, 8)
	s.until(t, "a view", func() bool { return s.ask(t, "SELECT count() > 0 FROM page_views") == "1" })
	sh.kill()
	load.reach(t, 3, 8)
	rotate(n) // twice while nobody looks: what the shipper had open is compressed by then
	load.reach(t, 4, 8)
	rotate(n)
	sh = s.ship(t, follow...)
	load.reach(t, 5, 8)
	n.Kill(t)
	n.Start(t)
	load.reach(t, 6, 8)
	sh.kill()
	s.ship(t, follow...)
	load.end(t)

	want := loggedPages(t, n.Dir)
	if len(want) < *requests/2 {
		t.Fatalf("the logs hold %d pages of %d requests", len(want), *requests)
	}
	s.untilFor(t, 10*time.Minute, "all views", func() bool { return s.ask(t, "SELECT count() >= "+strconv.Itoa(len(want))+" FROM page_views") == "1" })
	got := strings.Split(s.ask(t, "SELECT request_id FROM events GROUP BY event_id, request_id ORDER BY request_id"), "\n")
	if !slices.Equal(got, want) {
		t.Errorf("%d page views, the logs hold %d pages; the first difference is at %d", len(got), len(want), firstDifference(got, want))
	}
	if views := s.ask(t, "SELECT count() FROM page_views"); views != strconv.Itoa(len(want)) {
		t.Errorf("page_views has %s rows, want %d", views, len(want))
	}
	t.Logf("%d requests, %d page views", *requests, len(want))
}

func firstDifference(a, b []string) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}

// logrotate returns a function that rotates the log of an nginx with Debian's logrotate. The newest
// rotated log stays uncompressed, since nginx's workers reopen theirs a little later.
func logrotate(t *testing.T) func(*webserver.Nginx) {
	t.Helper()
	program, err := exec.LookPath("logrotate")
	if err != nil {
		program = "/usr/sbin/logrotate"
	}
	if _, err := os.Stat(program); err != nil {
		t.Fatalf("logrotate is missing: %v", err)
	}
	return func(n *webserver.Nginx) {
		t.Helper()
		config := filepath.Join(n.Dir, "rotate.conf")
		write(t, config, fmt.Appendf(nil, `%[1]s/site.log {
			rotate 9
			compress
			delaycompress
			create 0644
			postrotate
				kill -USR1 $(cat %[1]s/nginx.pid)
			endscript
		}`, n.Dir))
		if out, err := exec.Command(program, "--force", "--state", filepath.Join(n.Dir, "rotate.state"), config).CombinedOutput(); err != nil {
			t.Fatalf("logrotate: %v\n%s", err, out)
		}
	}
}

// load are clients that fetch pages, in a row each; what fails, because nginx is away, is fetched again.
// They run ahead of what the test has reached by one part at most, so that each part has its load.
type load struct {
	total   int
	fetched atomic.Int64
	tickets chan int // numbers of the pages to fetch
	given   int
	group   *errgroup.Group
	ctx     context.Context
}

func startLoad(t *testing.T, addr string, total int) *load {
	t.Helper()
	l := &load{total: total, tickets: make(chan int, total)}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Minute)
	t.Cleanup(cancel)
	l.group, l.ctx = errgroup.WithContext(ctx)
	for range 8 {
		client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1}, Timeout: time.Minute}
		l.group.Go(func() error {
			defer client.CloseIdleConnections()
			for i := range l.tickets {
				url := fmt.Sprintf("http://%s/page/%d", addr, i)
				if i%5 == 0 {
					url = "http://" + addr + "/style.css"
				}
				for !fetch(l.ctx, client, url) {
					if l.ctx.Err() != nil {
						return l.ctx.Err()
					}
				}
				l.fetched.Add(1)
			}
			return nil
		})
	}
	return l
}

// allow lets the clients run up to a part of the requests.
func (l *load) allow(part, of int) {
	for ; l.given < l.total*min(part, of)/of; l.given++ {
		l.tickets <- l.given
	}
}

// reach waits until a part of the requests has been answered, and lets the next part begin.
func (l *load) reach(t *testing.T, part, of int) {
	t.Helper()
	l.allow(part+1, of)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for l.fetched.Load() < int64(l.total*part/of) {
		select {
		case <-tick.C:
		case <-l.ctx.Done():
			t.Fatalf("%d of %d requests were answered: %v", l.fetched.Load(), l.total, l.ctx.Err())
		}
	}
}

func (l *load) end(t *testing.T) {
	t.Helper()
	l.allow(1, 1)
	close(l.tickets)
	if err := l.group.Wait(); err != nil {
		t.Fatal(err)
	}
}

// loggedPages are the request ids of all pages in the log and its rotated files, sorted.
func loggedPages(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "site.log*"))
	if err != nil || len(files) != 4 {
		t.Fatalf("the logs are %v, %v", files, err)
	}
	page := regexp.MustCompile(`"GET /page/\d+ HTTP/1\.1" 200 .*"([0-9a-f]{32})"$`)
	var ids []string
	for _, name := range files {
		file, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		var text io.Reader = file
		if strings.HasSuffix(name, ".gz") {
			if text, err = gzip.NewReader(file); err != nil {
				t.Fatal(err)
			}
		}
		for lines := bufio.NewScanner(text); lines.Scan(); {
			if m := page.FindStringSubmatch(lines.Text()); m != nil {
				ids = append(ids, m[1])
			}
		}
	}
	slices.Sort(ids)
	return ids
}
