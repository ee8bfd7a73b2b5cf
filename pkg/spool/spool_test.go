package spool

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

const maxBytes = 1 << 20

// open starts a spool on the folder until the test ends or closes it.
func open(t *testing.T, dir string) *Spool {
	t.Helper()
	s := New(Config{Dir: dir, Bytes: maxBytes}, slog.New(slog.NewTextHandler(io.Discard, nil)), prometheus.NewRegistry())
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Stop(context.Background()) })
	return s
}

func shut(t *testing.T, s *Spool) {
	t.Helper()
	if err := s.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func put(t *testing.T, s *Spool, records ...[]byte) {
	t.Helper()
	if err := s.Append(t.Context(), records); err != nil {
		t.Fatal(err)
	}
}

// drain takes out so many records.
func drain(t *testing.T, s *Spool, want int) (got [][]byte) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	s.Drain(ctx, 7, 1000, func(_ context.Context, records [][]byte) ([][]byte, error) {
		got = append(got, records...)
		if len(got) >= want {
			cancel()
		}
		return nil, nil
	})
	if len(got) != want {
		t.Fatalf("%d records were drained, want %d", len(got), want)
	}
	return got
}

func segments(t *testing.T, dir, suffix string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*"+suffix))
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func wantMetric(t *testing.T, s *Spool, name string, want float64, collector prometheus.Collector) {
	t.Helper()
	if got := testutil.ToFloat64(collector); got != want {
		t.Errorf("%s is %v, want %v", name, got, want)
	}
}

func TestDrainedInOrderAlsoAfterARestart(t *testing.T) {
	dir := t.TempDir()
	s, records := open(t, dir), words(100)
	for _, r := range records[:60] {
		put(t, s, r)
	}
	shut(t, s)
	s = open(t, dir)
	if s.records != 60 || s.oldest() <= 0 {
		t.Errorf("%d records after a restart, want 60; the oldest waits for %s", s.records, s.oldest())
	}
	put(t, s, records[60:]...)
	if got := drain(t, s, 100); !equal(got, records) {
		t.Error("the records come back in another order")
	}
	if left := segments(t, dir, segmentSuffix); len(left) != 0 || s.records != 0 || s.bytes != 0 || s.oldest() != 0 {
		t.Errorf("after all has arrived %v are left: %d records, %d bytes", left, s.records, s.bytes)
	}
	wantMetric(t, s, "drained", 100, s.metrics.drained)
	wantMetric(t, s, "appended", 40, s.metrics.appended)
}

func TestManyWritersShareFsyncs(t *testing.T) {
	s := open(t, t.TempDir())
	var wg sync.WaitGroup
	for n := range 64 {
		wg.Go(func() {
			for i := range 20 {
				if err := s.Append(t.Context(), [][]byte{fmt.Appendf(nil, "%d of %d", i, n)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	got := drain(t, s, 64*20) // beside the writers
	wg.Wait()
	seen := map[string]bool{}
	for _, r := range got {
		seen[string(r)] = true
	}
	if len(seen) != 64*20 || s.records != 0 {
		t.Errorf("%d different records, %d are left", len(seen), s.records)
	}
}

func TestAnInterruptedSegmentComesAgain(t *testing.T) {
	dir := t.TempDir()
	s, records := open(t, dir), words(20)
	put(t, s, records...)
	gone := errors.New("kafka is away")
	calls := 0
	s.Drain(t.Context(), 5, 1000, func(context.Context, [][]byte) ([][]byte, error) {
		if calls++; calls == 3 {
			return nil, gone
		}
		return nil, nil
	})
	if s.records != 20 {
		t.Errorf("%d records are said to be there, want all 20 of the segment", s.records)
	}
	if got := drain(t, s, 20); !equal(got, records) {
		t.Error("not all of the segment came again")
	}
}

// TestFlippedBitOnDisk is the whole way: a damaged file costs one record, and the metrics say so.
func TestFlippedBitOnDisk(t *testing.T) {
	dir := t.TempDir()
	s, records := open(t, dir), words(50)
	put(t, s, records...)
	shut(t, s)
	name := segments(t, dir, segmentSuffix)[0]
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2+3] ^= 0x10 // in record 25
	if err := os.WriteFile(name, data[:len(data)-1], 0o600); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	if got := drain(t, s, 48); !equal(got, without(records[:49], 25)) {
		t.Errorf("other records than the two damaged ones are missing: %q", got)
	}
	wantMetric(t, s, "corrupt, header", 1, s.metrics.corrupt.WithLabelValues(lostHeader))
	wantMetric(t, s, "corrupt, torn", 1, s.metrics.corrupt.WithLabelValues(lostTorn))
	if s.records != 0 || s.bytes != 0 {
		t.Errorf("%d records and %d bytes are left", s.records, s.bytes)
	}
}

func TestFullUntilDrained(t *testing.T) {
	dir := t.TempDir()
	s, record := open(t, dir), make([]byte, 10_000)
	n := 0
	var err error
	for ; err == nil; n++ {
		err = s.Append(t.Context(), [][]byte{record})
	}
	if !errors.Is(err, ErrFull) || n-1 != maxBytes/(10_000+frameHeader) {
		t.Fatalf("%v after %d records", err, n-1)
	}
	if err := s.Room(); !errors.Is(err, ErrFull) {
		t.Errorf("a full spool says it has room: %v", err)
	}
	size := int64(0)
	for _, name := range segments(t, dir, "") {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		size += info.Size()
	}
	if size > maxBytes {
		t.Errorf("the folder holds %d bytes, more than %d", size, maxBytes)
	}
	drain(t, s, n-1)
	put(t, s, record)
	if err := s.Room(); err != nil {
		t.Error(err)
	}
	wantMetric(t, s, "refusals, full", 1, s.metrics.refusals.WithLabelValues("full"))
}

// TestDiskFull uses the kernel's own full disk: writes to /dev/full give ENOSPC.
func TestDiskFull(t *testing.T) {
	dir := t.TempDir()
	s, records := open(t, dir), words(3)
	put(t, s, records[0])
	full := true
	s.create = func(name string) (*os.File, error) {
		if full {
			if err := os.Symlink("/dev/full", name); err != nil {
				return nil, err
			}
			return os.OpenFile(name, os.O_WRONLY, 0)
		}
		return createFile(name)
	}
	s.io.Lock()
	s.seal()
	s.io.Unlock()
	err := s.Append(t.Context(), [][]byte{records[1]})
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("append to a full disk: %v", err)
	}
	if err := s.Room(); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("after a failed write Room says %v", err)
	}
	now := time.Now()
	s.now = func() time.Time { return now.Add(troubleFor) }
	if err := s.Room(); err != nil {
		t.Errorf("a disk that failed once is never tried again: %v", err)
	}
	s.io.Lock()
	full = false
	s.io.Unlock()
	put(t, s, records[2])
	if got := drain(t, s, 2); !equal(got, without(records, 1)) {
		t.Errorf("drained %q", got)
	}
	wantMetric(t, s, "refusals, failed", 1, s.metrics.refusals.WithLabelValues("failed"))
}

func TestRefusedRecordsAreSetAside(t *testing.T) {
	dir := t.TempDir()
	s, records := open(t, dir), words(10)
	put(t, s, records...)
	ctx, cancel := context.WithCancel(t.Context())
	s.Drain(ctx, 100, 10_000, func(_ context.Context, batch [][]byte) ([][]byte, error) {
		cancel()
		return batch[4:5], nil
	})
	wantMetric(t, s, "set aside", 1, s.metrics.aside)
	wantMetric(t, s, "drained", 9, s.metrics.drained)
	shut(t, s)

	aside := segments(t, dir, refusedSuffix)
	if len(aside) != 1 || len(segments(t, dir, segmentSuffix)) != 0 {
		t.Fatalf("set aside: %v", aside)
	}
	if err := os.Rename(aside[0], strings.TrimSuffix(aside[0], refusedSuffix)+segmentSuffix); err != nil {
		t.Fatal(err)
	}
	if got := drain(t, open(t, dir), 1); !equal(got, records[4:5]) {
		t.Errorf("the record that was set aside comes back as %q", got)
	}
}

func TestOneProcessPerFolder(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	second := New(Config{Dir: dir, Bytes: maxBytes}, slog.New(slog.NewTextHandler(io.Discard, nil)), prometheus.NewRegistry())
	if err := second.Start(t.Context()); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("a second spool on the folder: %v", err)
	}
	shut(t, s)
	open(t, dir)
}

func TestStopRefusesButKeeps(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	var wg sync.WaitGroup
	var mu sync.Mutex
	kept := map[string]bool{}
	taken := make(chan struct{}, 1000)
	for n := range 16 {
		wg.Go(func() {
			for i := 0; ; i++ {
				record := fmt.Appendf(nil, "%d of %d", i, n)
				err := s.Append(context.Background(), [][]byte{record})
				if err != nil {
					if !errors.Is(err, ErrClosed) {
						t.Error(err)
					}
					return
				}
				mu.Lock()
				kept[string(record)] = true
				mu.Unlock()
				select {
				case taken <- struct{}{}:
				default:
				}
			}
		})
	}
	for range 50 {
		<-taken
	}
	shut(t, s)
	wg.Wait()
	got := drain(t, open(t, dir), len(kept))
	if slices.ContainsFunc(got, func(r []byte) bool { return !kept[string(r)] }) {
		t.Error("something was kept that was refused")
	}
}

func TestConfigRefuses(t *testing.T) {
	if err := (Config{Dir: "spool", Bytes: 1000}).Validate(); err == nil {
		t.Error("a spool of 1000 bytes was taken")
	}
	if err := (Config{}).Validate(); err != nil {
		t.Errorf("no spool: %v", err)
	}
}
