package integration

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/warehouse"
	"github.com/footfall-analytics/footfall/services"
)

// forgetful is a warehouse that says it has stored what it has not.
type forgetful struct {
	*warehouse.Warehouse
	from, to int64 // offsets
}

func (f forgetful) InsertOnce(ctx context.Context, token string, rows []event.Stored) error {
	return f.Warehouse.InsertOnce(ctx, token, slices.DeleteFunc(slices.Clone(rows), func(r event.Stored) bool {
		return r.Offset >= f.from && r.Offset <= f.to
	}))
}

// testWatchedGaps: a running consumer finds the hole by itself, and the command that looks for holes fails.
func testWatchedGaps(t *testing.T, b broker) {
	p := newPipeline(t, b, 1)
	p.publish(0, 1000)
	command := func() error {
		t.Helper()
		c := services.ConsumerAudit{
			Warehouse: warehouse.Config{Addr: []string{p.db.NativeAddr}, Database: "default", User: "default", Timeout: time.Minute},
			Kafka:     p.cfg, Source: p.group(),
		}
		return c.Run()
	}
	cfg := consumerConfig()
	cfg.AuditEvery = 100 * time.Millisecond
	metrics := prometheus.NewRegistry()
	p.startWith(cfg, forgetful{p.db.Store, 20, 29}, metrics)
	p.awaitStored()
	shows := func(gaps int) {
		t.Helper()
		const text = `
# HELP footfall_consumer_audit_gap_records Offsets that the last audit did not find in ClickHouse, or found twice.
# TYPE footfall_consumer_audit_gap_records gauge
footfall_consumer_audit_gap_records{partition="0"} %d
`
		eventually(t, func() error {
			return testutil.GatherAndCompare(metrics, strings.NewReader(fmt.Sprintf(text, gaps)), "footfall_consumer_audit_gap_records")
		})
	}
	shows(10)
	p.publish(1000, 1100)
	p.awaitStored()
	shows(10) // a hole does not pass with time
	if err := command(); err == nil || !strings.HasSuffix(err.Error(), ": 10") {
		t.Errorf("the audit of a hole of 10 ends with %v", err)
	}
	const mend = "INSERT INTO events (* EXCEPT (kafka_offset, event_id), kafka_offset, event_id) " +
		"SELECT * EXCEPT (kafka_offset, event_id), arrayJoin(range(20, 30)) AS n, n FROM events WHERE site = '%s' AND kafka_offset = 19"
	execute(t, fmt.Sprintf(mend, p.site))
	if err := command(); err != nil {
		t.Errorf("the audit of a partition without holes ends with %v", err)
	}
	shows(0)
}
