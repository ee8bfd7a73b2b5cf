package chserver

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// childFolder makes the test binary serve that folder instead of testing, as a process to kill.
const childFolder = "CHSERVER_TEST_FOLDER"

// runChild serves a folder until its input ends, after it printed its address.
func runChild(dir string, log *slog.Logger) int {
	e, s, err := serve(dir, log)
	if err != nil {
		return failed(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(s.NativeAddr()); err != nil {
		return failed(err)
	}
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return failed(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := s.Stop(ctx); err != nil {
		return failed(err)
	}
	if err := e.Close(ctx); err != nil {
		return failed(err)
	}
	return 0
}

// child is a server in a process of its own.
type child struct {
	cmd     *exec.Cmd
	stdin   io.Closer
	address string
}

func startChild(t *testing.T, dir string) *child {
	t.Helper()
	c := &child{cmd: exec.Command(os.Args[0])}
	c.cmd.Env = append(os.Environ(), childFolder+"="+dir)
	c.cmd.Stderr = os.Stderr
	in, err := c.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.stdin = in
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.kill(t) })
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatalf("the server's process gave no address: %v", err)
	}
	if err := json.Unmarshal(line, &c.address); err != nil {
		t.Fatal(err)
	}
	return c
}

// kill is kill -9.
func (c *child) kill(t *testing.T) {
	t.Helper()
	if c.cmd.ProcessState != nil {
		return
	}
	if err := c.cmd.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = c.cmd.Wait() // the error is that it was killed
}

// stop lets it end by itself.
func (c *child) stop(t *testing.T) {
	t.Helper()
	c.stdin.Close()
	if err := c.cmd.Wait(); err != nil {
		t.Errorf("the server's process ended with %v", err)
	}
}

func (c *child) open(t *testing.T) driver.Conn {
	t.Helper()
	return open(t, "default", "", func(o *clickhouse.Options) { o.Addr = []string{c.address} })
}

// TestReplacedPartitionStaysReplaced is the regression for which the library's version is pinned:
// older ones show the 1,800 rows of before again after a restart.
func TestReplacedPartitionStaysReplaced(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	first := startChild(t, dir)
	c := first.open(t)
	run := func(sql string) { t.Helper(); execSQL(t, c, sql) }
	run("CREATE DATABASE footfall")
	run("CREATE TABLE footfall.daily (d Date, n UInt64) ENGINE = MergeTree PARTITION BY d ORDER BY n")
	run("CREATE TABLE footfall.daily_staging AS footfall.daily")
	for range 6 {
		run("INSERT INTO footfall.daily SELECT toDate('2024-01-02'), number FROM numbers(300)")
	}
	run("INSERT INTO footfall.daily_staging SELECT toDate('2024-01-02'), number FROM numbers(300)")
	run("ALTER TABLE footfall.daily REPLACE PARTITION '2024-01-02' FROM footfall.daily_staging")
	first.kill(t)

	second := startChild(t, dir)
	c = second.open(t)
	if n := scalar[uint64](t, c, "SELECT count() FROM footfall.daily"); n != 300 {
		t.Errorf("%d rows after kill -9, want 300", n)
	}
	second.stop(t)
	third := startChild(t, dir)
	if n := scalar[uint64](t, third.open(t), "SELECT count() FROM footfall.daily"); n != 300 {
		t.Errorf("%d rows after an ordered stop, want 300", n)
	}
	third.stop(t)
}

// TestKilledInsert kills the process while blocks are inserted: what was acknowledged is there, and
// no block is there in part.
func TestKilledInsert(t *testing.T) {
	const rows = 20_000
	dir := filepath.Join(t.TempDir(), "data")
	first := startChild(t, dir)
	c := first.open(t)
	execSQL(t, c, "CREATE TABLE default.blocks (block UInt32, n UInt64, text String) ENGINE = MergeTree ORDER BY (block, n)")
	acknowledged := make(chan uint32)
	go func() {
		defer close(acknowledged)
		for block := uint32(0); insertBlock(c, block, rows) == nil; block++ {
			acknowledged <- block
		}
	}()
	var last uint32
	for block := range acknowledged {
		last = block
		if block == 7 {
			go first.kill(t) // while the next ones are on their way
		}
	}

	second := startChild(t, dir)
	c = second.open(t)
	var stored []struct {
		Block uint32 `ch:"block"`
		Rows  uint64 `ch:"rows"`
	}
	if err := c.Select(context.Background(), &stored, "SELECT block, count() AS rows FROM default.blocks GROUP BY block ORDER BY block"); err != nil {
		t.Fatal(err)
	}
	for i, s := range stored {
		if int(s.Block) != i || s.Rows != rows {
			t.Errorf("block %d has %d rows, want %d", s.Block, s.Rows, rows)
		}
	}
	if n := uint32(len(stored)); n < last+1 || n > last+2 {
		t.Errorf("%d blocks are stored, want the %d acknowledged ones and at most one more", n, last+1)
	}
	second.stop(t)
}

func insertBlock(c driver.Conn, block uint32, rows int) error {
	b, err := c.PrepareBatch(context.Background(), "INSERT INTO default.blocks")
	if err != nil {
		return err
	}
	for i := range rows {
		if err := b.Append(block, uint64(i), fmt.Sprint(block, i)); err != nil {
			return err
		}
	}
	return b.Send()
}

// TestOneProcessPerFolder opens a folder that another process has open.
func TestOneProcessPerFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	first := startChild(t, dir)
	second := exec.Command(os.Args[0])
	second.Env = append(os.Environ(), childFolder+"="+dir)
	out, err := second.CombinedOutput()
	if err == nil {
		t.Errorf("a second process opened the folder: %s", out)
	}
	first.stop(t)
}
