package nudge

import (
	"context"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A nudge from before the start counts, nudges during a look are one more look, and Stop ends the look that is on and begins
// none that was asked for.
func TestLoop(t *testing.T) {
	l := New()
	if err := l.Stop(); err != nil {
		t.Errorf("before its start: %v", err)
	}
	l.Nudge()
	looks, ended := make(chan struct{}), make(chan struct{})
	look := func(ctx context.Context) {
		looks <- struct{}{}
		select {
		case looks <- struct{}{}:
		case <-ctx.Done():
			close(ended)
		}
	}
	if err := l.Start("test", time.Hour, look); err != nil {
		t.Fatal(err)
	}
	<-looks
	for range 3 {
		l.Nudge()
	}
	<-looks   // the first look ends
	<-looks   // and one more begins
	l.Nudge() // of this one nothing comes any more
	if err := l.Stop(); err != nil {
		t.Error(err)
	}
	select {
	case <-ended:
	default:
		t.Error("the look goes on after Stop")
	}
}

type term struct{ context.Context }

func (t term) Term() context.Context { return t.Context }

// Who does not lead is not nudged by the clock.
func TestWhile(t *testing.T) {
	ctx, lose := context.WithCancel(t.Context())
	e := elector{term{ctx}}
	if err := e.IsLeader(t.Context()); err != nil {
		t.Errorf("who leads is told %v", err)
	}
	lose()
	if e.IsLeader(t.Context()) == nil {
		t.Error("who no longer leads is nudged")
	}
}
