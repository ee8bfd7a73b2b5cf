package faults

import (
	"fmt"
	"slices"
	"strings"
)

// moment is where a process is killed; each waits for what it aims at, kills, mends and starts again.
type moment struct {
	name string
	kill func(w *world, more int)
}

// moments are those that this world can aim at: without a proxy before Kafka there are fewer.
func (w *world) moments() []moment {
	m := []moment{
		{"collector, some time", (*world).killCollector},
		{"consumer, some time", (*world).killConsumer},
		{"both, some time", (*world).killBoth},
		{"consumer, before the insert", (*world).killBeforeInsert},
		{"consumer, mid insert", (*world).killMidInsert},
		{"consumer, after the insert", (*world).killAfterInsert},
		{"consumer, right after rows show", (*world).killAfterRows},
		{"consumer, while it starts", (*world).killStarting},
	}
	if w.broker.collectorLink() != nil {
		m = append(m,
			moment{"collector, before it sends", (*world).killBeforeSend},
			moment{"collector, sent and not acknowledged", (*world).killUnacknowledged},
			moment{"collector, kafka is away", (*world).killCutOff},
			moment{"consumer, cannot commit", (*world).killUncommitted},
		)
	}
	return slices.DeleteFunc(m, func(m moment) bool { return !strings.HasPrefix(m.name, *only) })
}

func (w *world) killCollector(more int) {
	w.awaitAcknowledged(w.journal.count(acknowledged), more)
	w.again(w.collector)
}

func (w *world) killConsumer(more int) {
	w.awaitStored(w.stored(), more)
	w.again(w.consumers[0])
}

func (w *world) killBoth(more int) {
	w.awaitStored(w.stored(), more)
	w.collector.kill()
	w.again(w.consumers[0])
	w.restart(w.collector)
}

// again kills a service and starts it.
func (w *world) again(s *service) {
	w.t.Helper()
	s.kill()
	w.restart(s)
}

// killBeforeInsert: nothing of the consumer's reaches ClickHouse.
func (w *world) killBeforeInsert(more int) {
	w.awaitStored(w.stored(), 1)
	w.engine.link.hold(w.t, up)
	w.awaitAcknowledged(w.journal.count(acknowledged), more)
	w.consumers[0].kill()
	w.engine.link.heal()
	w.restart(w.consumers[0])
}

// killMidInsert: the rows trickle into ClickHouse.
func (w *world) killMidInsert(more int) {
	w.awaitStored(w.stored(), 1)
	w.engine.link.add(w.t, "bandwidth", up, 1, toxics{"rate": 3})
	w.awaitAcknowledged(w.journal.count(acknowledged), more)
	w.consumers[0].kill()
	w.engine.link.heal()
	w.restart(w.consumers[0])
}

// killAfterInsert: the rows are there and the consumer does not know it.
func (w *world) killAfterInsert(int) {
	w.awaitStored(w.stored(), 1)
	before := w.stored()
	w.engine.link.hold(w.t, down)
	acknowledged := w.journal.count(acknowledged)
	// The insert may stand before its first answer, that of its header: then there are no rows to come.
	await(w.t, "rows or events", func() bool {
		return w.stored() > before || w.journal.count(3) >= acknowledged+200
	})
	w.consumers[0].kill()
	w.engine.link.heal()
	w.restart(w.consumers[0])
}

// killAfterRows: somewhere between the answer to the insert and the commit.
func (w *world) killAfterRows(int) {
	w.awaitStored(w.stored(), 1)
	w.again(w.consumers[0])
}

// killStarting: the consumer has just begun to find out what its predecessor left.
func (w *world) killStarting(more int) {
	w.again(w.consumers[0])
	w.awaitAcknowledged(w.journal.count(acknowledged), 1+more/10)
	w.again(w.consumers[0])
}

// killBeforeSend: requests wait in the collector, nothing of theirs reaches Kafka.
func (w *world) killBeforeSend(int) {
	w.broker.collectorLink().hold(w.t, up)
	w.awaitFlying()
	w.collector.kill()
	w.broker.collectorLink().heal()
	w.restart(w.collector)
}

// killUnacknowledged: Kafka has the events and its answers do not arrive.
func (w *world) killUnacknowledged(int) {
	w.broker.collectorLink().hold(w.t, down)
	w.awaitFlying()
	w.collector.kill()
	w.broker.collectorLink().heal()
	w.restart(w.collector)
}

// awaitFlying waits until requests wait for Kafka, or were promised without it.
func (w *world) awaitFlying() {
	w.t.Helper()
	before := w.journal.count(acknowledged)
	await(w.t, "requests that wait", func() bool {
		return w.journal.inFlight() >= 4 || w.journal.count(acknowledged) >= before+50
	})
}

// killCutOff: Kafka is gone for the collector; what it promises meanwhile is on its own disk.
func (w *world) killCutOff(more int) {
	w.broker.collectorLink().cut()
	before := w.journal.count(acknowledged)
	refused := w.load.refused.Load()
	await(w.t, fmt.Sprintf("%d events or a refusal", more), func() bool {
		return w.journal.count(acknowledged) >= before+more || w.load.refused.Load() > refused
	})
	w.collector.kill()
	w.must(w.broker.collectorLink().mend())
	w.restart(w.collector)
}

// killUncommitted: rows are stored and the commit cannot get through.
func (w *world) killUncommitted(int) {
	before := w.stored()
	await(w.t, "rows", func() bool { return w.stored() > before })
	w.broker.consumerLink().hold(w.t, up)
	acknowledged := w.journal.count(acknowledged)
	w.awaitAcknowledged(acknowledged, 20)
	w.consumers[0].kill()
	w.broker.consumerLink().heal()
	w.restart(w.consumers[0])
}
