package faults

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
)

// world is one pipeline under test: a collector, consumers, and a topic, a group and a database of
// their own, so that a seed means the same whatever ran before it.
type world struct {
	t        testing.TB
	seed     uint64
	dir      string
	settings map[string]string // FOOTFALL_* of the services, without the prefix

	broker    broker
	engine    *engineProcess
	topic     *topic
	database  string
	collector *service
	consumers []*service

	journal *journal
	load    *load
	watch   *watch
	level   map[string]level
	strange map[place]bool  // records that the test itself wrote into the topic
	excused map[uint64]bool // events, by hash, that the test itself deleted from the topic
	damaged int             // records of the spool that the test itself damaged
}

// service is a process with health and metrics.
type service struct {
	*process
	admin string
}

var worlds atomic.Int64

const partitions = 4

// newWorld sets up a pipeline that is not started; settings are FOOTFALL_* variables without the prefix.
func newWorld(t *testing.T, kind string, seed uint64, settings map[string]string) *world {
	t.Helper()
	return newWorldOn(t, shared.broker(t, kind), shared.engine(t), seed, settings)
}

// newWorldOn is newWorld on a Kafka and a ClickHouse of its own.
func newWorldOn(t *testing.T, broker broker, engine *engineProcess, seed uint64, settings map[string]string) *world {
	t.Helper()
	name := fmt.Sprintf("faults_%d_%d", seed, worlds.Add(1))
	w := &world{
		t: t, seed: seed, dir: t.TempDir(), database: name, broker: broker, engine: engine,
		journal: newJournal(), strange: map[place]bool{}, excused: map[uint64]bool{}, level: map[string]level{},
	}
	var err error
	if w.topic, err = openTopic(w.broker.addr(), name, name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.topic.client.Close)
	w.ask("default", "CREATE DATABASE "+name)
	collectorAddr := freeAddr()
	w.settings = map[string]string{
		"COLLECTOR_ADDR": collectorAddr, "TOKEN": token, "RATE_ADDRESS": "0", "RATE_SITE": "0",
		"TRUSTED_PROXIES": "127.0.0.1", "FORWARDED_HEADER": "X-Forwarded-For", "LOG_LEVEL": "DEBUG",
		"KAFKA_TOPIC": name, "KAFKA_GROUP": name, "KAFKA_PARTITIONS": fmt.Sprint(partitions),
		"CLICKHOUSE_DATABASE": name, "CONSUMER_BATCH_WAIT": "50ms", "CONSUMER_INSERT_TIMEOUT": "5s",
		"SPOOL_DIR": filepath.Join(w.dir, "spool"), "SPOOL_BYTES": "67108864",
	}
	maps.Copy(w.settings, settings)
	w.collector = w.service("collector", w.broker.collectorAddr(), "collector")
	w.addConsumer()
	w.load = newLoad("http://"+collectorAddr, seed, w.journal)
	t.Cleanup(w.end)
	return w
}

// service makes one of the services, which finds Kafka at an address and ClickHouse behind the proxy.
func (w *world) service(name, kafka string, command ...string) *service {
	admin := freeAddr()
	env := w.environment(map[string]string{"ADMIN_ADDR": admin, "KAFKA_ADDR": kafka, "CLICKHOUSE_ADDR": w.engine.link.addr()})
	p := newProcess(name, w.dir, env, append([]string{footfall}, command...)...)
	return &service{p, admin}
}

// environment is ours without settings of Footfall, with the world's and the given ones.
func (w *world) environment(more map[string]string) []string {
	env := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "FOOTFALL_") })
	all := maps.Clone(w.settings)
	maps.Copy(all, more)
	for name, value := range all {
		env = append(env, "FOOTFALL_"+name+"="+value)
	}
	return env
}

// addConsumer makes one more consumer, which is not started.
func (w *world) addConsumer() *service {
	s := w.service(fmt.Sprintf("consumer-%d", len(w.consumers)+1), w.broker.consumerAddr(), "consumer")
	w.consumers = append(w.consumers, s)
	return s
}

// start starts what there is and waits until it is ready.
func (w *world) start() {
	w.t.Helper()
	w.launch()
	w.awaitReady()
}

func (w *world) launch() {
	w.t.Helper()
	for _, s := range w.services() {
		w.must(s.start())
	}
}

// awaitReady waits until the services are ready, and notes how much they need at rest.
func (w *world) awaitReady() {
	w.t.Helper()
	for _, s := range w.services() {
		await(w.t, s.name+" to be ready", s.ready, s.tail)
		w.level[s.name] = w.measure(s)
	}
	w.keepRepeats()
	w.watch = startWatch(w)
}

// keepRepeats stops the merges of the table events, so that a row that was stored twice shows. The engine
// forgets it when it starts.
func (w *world) keepRepeats() {
	w.t.Helper()
	w.ask(w.database, "SYSTEM STOP MERGES events")
}

func (w *world) services() []*service { return append([]*service{w.collector}, w.consumers...) }

func (s *service) ready() bool { return s.says("/readyz") }

func (s *service) says(path string) bool {
	resp, err := sqlClient.Get("http://" + s.admin + path)
	if err != nil {
		return false
	}
	resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// stop asks the service to end, once it has begun: before that a signal ends any process at once.
func (s *service) stop() error {
	err := awaitError(s.name+" to begin", patience, func() bool { return s.says("/healthz") || !s.alive() })
	return errors.Join(err, s.process.stop())
}

// end stops what still runs; a world that failed says how to see it again, and keeps its tables.
func (w *world) end() {
	w.load.stop()
	if w.watch != nil {
		w.watch.stop()
	}
	w.heal()
	for _, s := range w.services() {
		s.kill()
	}
	if w.t.Failed() {
		w.t.Logf("again with: go test ./integration/faults -all -run '^%s$' -seed %d", strings.ReplaceAll(w.t.Name(), "/", "$/^"), w.seed)
		for _, s := range append(w.services(), &service{process: w.engine.process}) {
			w.t.Logf("the errors of %s:\n%s\nthe end of its log:\n%s", s.name, s.complaints(), s.tail())
		}
		return
	}
	w.ask("default", "DROP DATABASE "+w.database)
}

// heal takes all faults off the network.
func (w *world) heal() {
	for _, p := range []*faultProxy{w.engine.link, w.broker.collectorLink(), w.broker.consumerLink()} {
		if p != nil {
			p.heal()
		}
	}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// ask runs a statement and must get an answer.
func (w *world) ask(database, statement string) string {
	w.t.Helper()
	answer, err := w.engine.ask(database, statement)
	w.must(err)
	return answer
}

// restart starts a service that was killed, in place of the one that was.
func (w *world) restart(s *service) {
	w.t.Helper()
	if s != w.collector && *faster && len(w.consumers) == 1 {
		if err := w.topic.expel(); err != nil {
			w.t.Log("the group keeps its dead member until its session ends:", err)
		}
	}
	w.must(s.restart())
}

// awaitAcknowledged waits until so many more events than before have been promised.
func (w *world) awaitAcknowledged(before, more int) {
	w.t.Helper()
	await(w.t, fmt.Sprintf("%d more acknowledged events", more), func() bool {
		return w.journal.count(acknowledged) >= before+more
	}, w.collector.tail)
}

// stored is how many events stand in the table, 0 when nobody can say.
func (w *world) stored() int64 {
	answer, err := w.engine.ask(w.database, "SELECT count() FROM events")
	if err != nil {
		return 0
	}
	return integer(w.t, answer)
}

// awaitStored waits until the table has grown by so many rows.
func (w *world) awaitStored(before int64, more int) {
	w.t.Helper()
	await(w.t, fmt.Sprintf("%d more stored events", more), func() bool {
		return w.stored() >= before+int64(more)
	}, w.consumers[0].tail)
}
