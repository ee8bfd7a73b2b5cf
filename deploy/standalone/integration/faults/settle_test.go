package faults

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// settle ends the load, waits for the pipeline to recover by itself, and checks everything.
func (w *world) settle() {
	w.t.Helper()
	w.load.stop()
	w.heal()
	w.awaitCalm()
	w.watch.stop()
	if n := w.load.curt.Load(); n > 0 {
		w.t.Errorf("%d answers 503 do not say when to come again", n)
	}
	w.check()
}

// awaitCalm waits until the spool is empty and every record is committed; nobody helps.
func (w *world) awaitCalm() {
	w.t.Helper()
	var state string
	await(w.t, "the lag to reach zero", func() bool {
		spooled, err := w.metric(w.collector, "footfall_collector_spool_records")
		if err != nil {
			state = err.Error()
			return false
		}
		ends, err := w.topic.ends(partitions)
		if err != nil {
			state = err.Error()
			return false
		}
		committed, err := w.topic.committed(partitions)
		if err != nil {
			state = err.Error()
			return false
		}
		state = fmt.Sprintf("spooled %v, ends %v, committed %v", spooled, ends, committed)
		for p, end := range ends {
			if committed[p] < end {
				return false
			}
		}
		return spooled == 0
	}, func() string { return state }, func() string { return w.consumers[0].tail() })
}

// metric reads a metric of a service, summed over its labels; one that there is not is 0.
func (w *world) metric(s *service, name string) (sum float64, err error) {
	resp, err := sqlClient.Get("http://" + s.admin + "/metrics")
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("metrics of %s: %s", s.name, resp.Status)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(resp.Body)
	if err != nil {
		return 0, fmt.Errorf("metrics of %s: %w", s.name, err)
	}
	for _, m := range families[name].GetMetric() {
		sum += m.GetGauge().GetValue() + m.GetCounter().GetValue() + m.GetUntyped().GetValue()
	}
	return sum, nil
}

// level is what a process needs at rest.
type level struct{ goroutines, descriptors, memory float64 }

func (w *world) measure(s *service) (l level) {
	w.t.Helper()
	var err error
	for name, into := range map[string]*float64{
		"go_goroutines": &l.goroutines, "process_open_fds": &l.descriptors, "process_resident_memory_bytes": &l.memory,
	} {
		if *into, err = w.metric(s, name); err != nil {
			w.t.Fatal(err)
		}
	}
	return l
}

// What a process may need more than at its start, once it is at rest again: connections that are kept, and
// the memory that the runtime does not give back at once.
const (
	moreGoroutines  = 40
	moreDescriptors = 25
	mostMemory      = 400 << 20
)

// checkLevels waits until every process is back at its start level.
func (w *world) checkLevels() {
	w.t.Helper()
	for _, s := range w.services() {
		if !s.alive() {
			continue
		}
		was, now := w.level[s.name], level{}
		err := awaitError("the start level", 30*time.Second, func() bool {
			now = w.measure(s)
			return now.goroutines <= was.goroutines+moreGoroutines && now.descriptors <= was.descriptors+moreDescriptors && now.memory <= mostMemory
		})
		if err != nil {
			w.t.Errorf("%s: at rest %+v, at the start %+v", s.name, now, was)
		}
	}
}

// checkLogs looks for what no log may show: the token and the addresses of the events.
func (w *world) checkLogs() {
	w.t.Helper()
	forbidden := map[string]bool{token: true}
	for _, e := range w.journal.byHash() {
		if e.ip.IsValid() {
			forbidden[e.ip.String()] = true
		}
	}
	logs, err := filepath.Glob(filepath.Join(w.dir, "*.log"))
	w.must(err)
	for _, file := range logs {
		content, err := os.ReadFile(file)
		w.must(err)
		for secret := range forbidden {
			if i := strings.Index(string(content), secret); i >= 0 {
				w.t.Errorf("%s shows %q: %.300s", filepath.Base(file), secret, content[max(0, i-200):])
			}
		}
	}
}
