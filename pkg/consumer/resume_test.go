package consumer

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// TestEndsBeforeItBegan: a worker that has not found out where to begin has nothing to commit when its
// generation ends, although the group would take it.
func TestEndsBeforeItBegan(t *testing.T) {
	f := func(broken string) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			o := newOne(settings(), "aaa", "bbb", "ccc")
			o.carry(t)
			offset, metadata := o.offset, o.metadata
			o.fault = func(op string) fault {
				if op == broken {
					return failsBefore
				}
				return none
			}
			again := New(settings(), o.process, decode, o.process, quiet(), prometheus.NewRegistry())
			if err := again.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			elapse(time.Minute)
			if err := again.Stop(context.Background()); err != nil {
				t.Error(err)
			}
			if o.offset != offset || o.metadata != metadata {
				t.Errorf("without %s: %d %s was committed instead of %d %s", broken, o.offset, o.metadata, offset, metadata)
			}
		})
	}
	f("bounds")
	f("committed")
	f("last run")
	f("ask")
}
