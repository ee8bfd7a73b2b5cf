package e2e

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// aLog makes a combined-format log over four days, with everything that is no view in it, and the
// number of views by "day address" as this test counts them itself, line by line as it makes them.
func aLog(lines int) (content []byte, views map[string]int) {
	r := rand.New(rand.NewPCG(11, 3))
	views = map[string]int{}
	var b bytes.Buffer
	at := time.Date(2015, 5, 17, 0, 0, 3, 0, time.UTC)
	for range lines {
		at = at.Add(time.Duration(r.Int64N(int64(4 * 24 * time.Hour / time.Duration(lines) * 2))))
		ip := fmt.Sprintf("203.0.113.%d", r.IntN(60))
		method := pick(r, "GET", "GET", "GET", "GET", "GET", "GET", "POST", "HEAD")
		path := pick(r, "/", "/blog/", "/blog/?page=2", "/a%20b", "/style.css", "/IMG.PNG?x=1", "/app.js", "/paper.pdf", "/x.css/page")
		status := pick(r, "200", "200", "200", "304", "301", "404", "500", "206")
		agent := pick(r, "Mozilla/5.0 (X11; Linux)", `odd \"quoted\" agent`, "-", "bot\\x22")
		fmt.Fprintf(&b, "%s - - [%s] \"%s %s HTTP/1.1\" %s %d \"-\" \"%s\"\n", ip, at.Format("02/Jan/2006:15:04:05 -0700"), method, path, status, r.IntN(9999), agent)
		static := slices.Contains([]string{"/style.css", "/IMG.PNG?x=1", "/app.js", "/paper.pdf"}, path)
		if method == "GET" && slices.Contains([]string{"200", "206", "304"}, status) && !static {
			views[at.Format(time.DateOnly)+"\t::ffff:"+ip]++
		}
		if r.IntN(200) == 0 {
			b.WriteString("\x16\x03\x01 this is no log line\n")
		}
	}
	return b.Bytes(), views
}

func pick(r *rand.Rand, from ...string) string { return from[r.IntN(len(from))] }

func table(views map[string]int) string {
	rows := make([]string, 0, len(views))
	for k, n := range views {
		rows = append(rows, k+"\t"+strconv.Itoa(n))
	}
	slices.Sort(rows)
	return strings.Join(rows, "\n")
}

// accessCounts are the access counts by address, of people and bots together.
const accessCounts = "SELECT day, ip, sum(accesses) FROM daily_ip_access GROUP BY day, ip ORDER BY toString(day) || '\t' || toString(ip)"

const checksums = "SELECT day, mapSort(argMax(checksums, updated_at)) FROM job_runs WHERE state = 'final' GROUP BY day ORDER BY day"

// TestImport: a log is imported while the process is killed, imported again under another name and
// compressed, and every figure is what an independent count of the lines says.
func TestImport(t *testing.T) {
	content, views := aLog(48_000)
	total := 0
	for _, n := range views {
		total += n
	}
	zipped := filepath.Join(t.TempDir(), "old-1.gz")
	var z bytes.Buffer
	zw := gzip.NewWriter(&z)
	if _, err := zw.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	write(t, zipped, z.Bytes())

	s := newSite(t)
	s.start(t)
	s.importThroughKill(t, content)

	s.await(t, "SELECT count() FROM page_views", strconv.Itoa(total))
	s.mustCommand(t, "rollup", "backfill", "--from", "2015-05-17", "--to", "2015-05-21")
	first := s.ask(t, accessCounts)
	if want := table(views); first != want {
		t.Errorf("daily_ip_access is not what the lines say:\n%s\nwant\n%s", first, want)
	}
	before := s.ask(t, checksums)

	rows := s.metric(t, "footfall_consumer_insert_rows_total")
	out := s.mustCommand(t, "shipper", "import", "--site", "log", zipped)
	s.until(t, "the second import", func() bool {
		return s.metric(t, "footfall_consumer_insert_rows_total") == rows+float64(total)
	})
	s.mustCommand(t, "rollup", "backfill", "--from", "2015-05-17", "--to", "2015-05-21")
	if again := s.ask(t, accessCounts); again != first {
		t.Errorf("the second import changed the figures to\n%s\n%s", again, out)
	}
	if again := s.ask(t, checksums); again != before {
		t.Errorf("the second import changed the checksums:\n%s\n%s", before, again)
	}
}

// importThroughKill imports from standard input; once the first batch is stored the whole process is
// killed, started again, and the import goes on by itself.
func (s *site) importThroughKill(t *testing.T, content []byte) {
	t.Helper()
	in, feed := io.Pipe()
	cmd := exec.CommandContext(t.Context(), binary, "shipper", "import", "--site", "log", "-")
	var out bytes.Buffer
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = s.Env, in, &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := feed.Write(content[:len(content)*2/3]); err != nil {
		t.Fatal(err)
	}
	s.until(t, "the first events", func() bool { return s.ask(t, "SELECT count() > 0 FROM events") == "1" })
	s.Kill()
	if _, err := feed.Write(content[len(content)*2/3:]); err != nil {
		t.Fatal(err)
	}
	if err := feed.Close(); err != nil {
		t.Fatal(err)
	}
	s.start(t)
	if err := cmd.Wait(); err != nil {
		t.Fatalf("the import ends with %v\n%s", err, out.Bytes())
	}
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}
