package chserver

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// resident is this process's memory in bytes, the engine's included.
func resident(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			var kb int
			if _, err := fmt.Sscan(rest, &kb); err != nil {
				t.Fatal(err)
			}
			return kb << 10
		}
	}
	t.Fatal("no VmRSS in the process's status")
	return 0
}

// TestLargeResults reads ten million rows, a gigabyte, which must not be held in memory.
func TestLargeResults(t *testing.T) {
	const rows, limit = 10_000_000, 400 << 20
	sql := fmt.Sprintf("SELECT number, repeat('x', 90) AS text FROM numbers(%d)", rows)
	t.Run("native", func(t *testing.T) {
		before, most := resident(t), 0
		c := open(t, "default", "", uncompressed)
		r, err := c.Query(context.Background(), sql)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for ; r.Next(); n++ {
			if n%500_000 == 0 {
				most = max(most, resident(t)-before)
			}
		}
		if r.Err() != nil || n != rows {
			t.Errorf("%d rows, error %v; want %d", n, r.Err(), rows)
		}
		t.Logf("at most %d MB more", most>>20)
		if most > limit {
			t.Errorf("memory grew by %d MB, want at most %d", most>>20, limit>>20)
		}
	})
	t.Run("http", func(t *testing.T) {
		before, most := resident(t), 0
		answer, err := http.Post("http://"+shared.HTTPAddr()+"/?default_format=CSVWithNames", "text/plain", strings.NewReader(sql))
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		size, buf := 0, make([]byte, 1<<20)
		for at := 0; err == nil; at++ {
			var n int
			n, err = io.ReadFull(answer.Body, buf)
			size += n
			if at%50 == 0 {
				most = max(most, resident(t)-before)
			}
		}
		if want := len("\"number\",\"text\"\n") + rows*len(",\"\"\n") + rows*90 + digits(rows); size != want {
			t.Errorf("%d bytes, want %d", size, want)
		}
		t.Logf("at most %d MB more", most>>20)
		if most > limit {
			t.Errorf("memory grew by %d MB, want at most %d", most>>20, limit>>20)
		}
	})
}

// digits is the length of all numbers below n put together, for a power of ten.
func digits(n int) int {
	total := 0
	for low, width := 0, 1; low < n; width++ {
		high := min(n, pow10(width))
		total += (high - low) * width
		low = high
	}
	return total
}

func pow10(n int) int {
	p := 1
	for range n {
		p *= 10
	}
	return p
}

// TestDocumentsAreBounded asks for more in a format that is built whole than is held in memory.
func TestDocumentsAreBounded(t *testing.T) {
	config := shared.config
	config.MaxDocumentBytes = 1 << 20
	s, err := New(shared.engine, config, shared.log)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	f := func(sql, want string) {
		t.Helper()
		body, _, _ := curl(t, "", "http://"+s.HTTPAddr()+"/", "--data-binary", sql)
		if !strings.Contains(body, want) {
			t.Errorf("%s: %.100q, want %q", sql, body, want)
		}
	}
	f("SELECT number FROM numbers(1000000) FORMAT JSON", "Code: 396.")
	f("SELECT number FROM numbers(100000) FORMAT JSON", "Code: 396.")
	f("SELECT number FROM numbers(1000) FORMAT JSON", `"rows": 1000`)
	f("SELECT number FROM numbers(1000000) FORMAT CSV", "999999\n")
	if err := s.Stop(context.Background()); err != nil {
		t.Error(err)
	}
}

// endless runs for minutes unless it is cancelled; the mark finds it in the list of processes.
const endless = "SELECT count() FROM numbers(10000000000000) WHERE NOT ignore(sipHash64(number), {mark:String})"

// waitGone waits until no query with the mark runs any more.
func waitGone(t *testing.T, mark string) {
	t.Helper()
	waitRunning(t, mark, 0)
}

func waitRunning(t *testing.T, mark string, want uint64) {
	t.Helper()
	c := open(t, "default", "")
	deadline := time.After(time.Minute)
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		n := scalar[uint64](t, c, "SELECT count() FROM system.processes WHERE query LIKE concat('%', {mark:String}, '%') AND query NOT LIKE '%system.processes%'", clickhouse.Named("mark", mark))
		if n == want {
			return
		}
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("%d queries marked %q run after a minute, want %d", n, mark, want)
		}
	}
}

func TestCancelledQueriesStop(t *testing.T) {
	protocols(t, func(t *testing.T, c driver.Conn) {
		mark := tableOf(t)
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		go func() {
			var n uint64
			ended <- c.QueryRow(ctx, strings.Replace(endless, "{mark:String}", "'"+mark+"'", 1)).Scan(&n)
		}()
		waitRunning(t, mark, 1)
		cancel()
		if err := <-ended; err == nil {
			t.Error("the cancelled query gave a result")
		}
		waitGone(t, mark)
	})
}

// TestStop stops a second server on the same engine while queries run.
func TestStop(t *testing.T) {
	config := shared.config
	s, err := New(shared.engine, config, shared.log)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	at := func(o *clickhouse.Options) { o.Addr = []string{s.NativeAddr()} }
	quick, slow := open(t, "default", "", at), open(t, "default", "", at)
	short, long := make(chan error, 1), make(chan error, 1)
	go func() { short <- quick.Exec(context.Background(), "SELECT sleep(1), 'stop_short'") }()
	go func() {
		long <- slow.Exec(context.Background(), strings.Replace(endless, "{mark:String}", "'stop_long'", 1))
	}()
	waitRunning(t, "stop_short", 1)
	waitRunning(t, "stop_long", 1)
	ctx, giveUp := context.WithCancel(context.Background())
	go func() {
		defer giveUp() // the long one alone is left
		if err := <-short; err != nil {
			t.Errorf("the short query was not let finish: %v", err)
		}
	}()
	if err := s.Stop(ctx); err == nil {
		t.Error("Stop does not say that it cancelled a statement")
	}
	<-ctx.Done()
	if err := <-long; codeOf(err) != codeQueryCancelled {
		t.Errorf("the long query ended with %v, want code %d", err, codeQueryCancelled)
	}
	waitGone(t, "stop_long")
}
