package faults

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestSpoolDiskFull: the spool's disk is smaller than its limit. What does not fit is refused, what was
// promised arrives.
func TestSpoolDiskFull(t *testing.T) {
	on(t, onRequest, func(t *testing.T, kind string) {
		small := smallDisk(t, "2m")
		w := newWorld(t, kind, *seed, map[string]string{"SPOOL_DIR": filepath.Join(small, "spool")})
		w.start()
		w.load.pace.SetLimit(8 * usualPace)
		w.load.run(16)
		w.awaitStored(0, 20)
		w.broker.kill()
		await(t, "the disk to be full", func() bool { return w.load.refused.Load() > 20 }, w.collector.tail)
		w.load.pace.SetLimit(usualPace)
		w.must(w.broker.start())
		w.awaitStored(w.stored(), 300)
		w.settle()
	})
}

// TestEngineDiskFull: ClickHouse has no room for a while.
func TestEngineDiskFull(t *testing.T) {
	on(t, onRequest, func(t *testing.T, kind string) {
		small := smallDisk(t, "96m")
		engine, err := startEngine(small)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(engine.process.kill)
		w := newWorldOn(t, shared.broker(t, kind), engine, *seed, nil)
		w.start()
		w.load.run(8)
		w.awaitStored(0, 20)
		junk := fill(t, filepath.Join(small, "junk"))
		w.awaitAcknowledged(w.journal.count(acknowledged), 300)
		await(t, "an insert to fail", func() bool {
			n, err := w.metric(w.consumers[0], "footfall_consumer_insert_retries_total")
			return err == nil && n > 0
		}, w.consumers[0].tail)
		w.must(os.Remove(junk))
		w.awaitStored(w.stored(), 100)
		w.settle()
	})
}

// TestBrokerDiskFull: Kafka has no room. What it has acknowledged stays, the collector keeps the rest
// itself, and after a restart with room everything arrives.
func TestBrokerDiskFull(t *testing.T) {
	on(t, onRequest, func(t *testing.T, kind string) {
		small := smallDisk(t, map[string]string{embedded: "32m", apache: "128m"}[kind])
		b, err := startBroker(kind, small)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(b.kill)
		w := newWorldOn(t, b, shared.engine(t), *seed, nil)
		w.start()
		w.load.run(8)
		w.awaitStored(0, 20)
		junk := fill(t, filepath.Join(small, "junk"))
		w.awaitAcknowledged(w.journal.count(acknowledged), 300)
		b.kill()
		w.must(os.Remove(junk))
		w.must(b.start())
		w.awaitStored(w.stored(), 100)
		w.settle()
	})
}

// fill takes all room of a disk.
func fill(t testing.TB, path string) string {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	piece := make([]byte, 64<<10)
	for err == nil {
		_, err = f.Write(piece)
	}
	return path
}

// TestSpoolBitFlip flips one bit of what was promised on the collector's own disk: it costs one record at
// most, and is counted.
func TestSpoolBitFlip(t *testing.T) {
	on(t, embedded, func(t *testing.T, kind string) {
		w := newWorld(t, kind, *seed, nil)
		w.start()
		w.load.run(8)
		w.awaitStored(0, 20)
		w.broker.kill()
		w.awaitAcknowledged(w.journal.count(acknowledged), 400)
		w.collector.kill()
		segments, err := filepath.Glob(filepath.Join(w.settings["SPOOL_DIR"], "*"))
		w.must(err)
		w.flip(segments)
		w.must(w.collector.start())
		w.must(w.broker.start())
		w.damaged = 1
		w.awaitAcknowledged(w.journal.count(acknowledged), 50)
		w.settle()
		lost, err := w.metric(w.collector, "footfall_collector_spool_corrupt_total")
		w.must(err)
		if lost != 1 {
			t.Errorf("%v damaged records are counted, want 1", lost)
		}
	})
}

// flip flips a bit in the middle of the largest of the files.
func (w *world) flip(files []string) {
	w.t.Helper()
	contents := map[string][]byte{}
	for _, f := range files {
		content, err := os.ReadFile(f)
		w.must(err)
		contents[f] = content
	}
	largest := slices.MaxFunc(slices.Collect(maps.Keys(contents)), func(a, b string) int { return len(contents[a]) - len(contents[b]) })
	content := contents[largest]
	if len(content) < 1000 {
		w.t.Fatalf("the spool holds %d bytes only", len(content))
	}
	content[len(content)/2] ^= 1 << (w.seed % 8)
	w.must(os.WriteFile(largest, content, 0o600))
}
