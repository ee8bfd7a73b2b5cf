package faults

import "testing"

// TestRetention: Kafka deletes records that nobody has read. They are lost, which nobody can mend; what
// matters is that nothing else is, that the consumer goes on, and that it says what was lost.
func TestRetention(t *testing.T) {
	on(t, onRequest, func(t *testing.T, kind string) {
		w := newWorld(t, kind, *seed, nil)
		w.start()
		w.load.run(8)
		w.awaitStored(0, 50)
		if err := w.consumers[0].stop(); err != nil {
			t.Error(err)
		}
		w.awaitAcknowledged(w.journal.count(acknowledged), 600)
		committed, err := w.topic.committed(partitions)
		w.must(err)
		ends, err := w.topic.ends(partitions)
		w.must(err)
		before := map[int32]int64{}
		for p, end := range ends {
			before[p] = committed[p] + (end-committed[p])/2
		}
		lost := 0
		for _, r := range w.topic.read(t, committed, before) {
			if hash, ok := decode(r); ok {
				w.excused[hash] = true
				lost++
			}
		}
		w.topic.forget(t, before)
		w.must(w.consumers[0].start())
		w.awaitStored(w.stored(), 100)
		w.settle()
		t.Logf("%d unread records were deleted", lost)
		if lost == 0 {
			t.Error("no record was deleted")
		}
	})
}
