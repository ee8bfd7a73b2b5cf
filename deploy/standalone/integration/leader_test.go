package integration

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/pkg/stream"
)

// candidate stands for leader of a group.
type candidate struct {
	*stream.Leader
	elected chan struct{}
}

func stand(t *testing.T, b broker, group string) *candidate {
	t.Helper()
	c := &candidate{stream.NewLeader(leaderConfig(b), group, slog.New(slog.DiscardHandler)), make(chan struct{}, 100)}
	c.OnElected(func() { c.elected <- struct{}{} })
	if err := c.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c
}

func leaderConfig(b broker) stream.Config {
	return stream.Config{Addr: []string{b.Addr()}, Topic: "leader", Partitions: 3, Replication: 1, Retention: time.Hour, Timeout: 5 * time.Second}
}

// awaitElected waits until one of two candidates begins to lead, and returns it and the other.
func awaitElected(t *testing.T, a, b *candidate) (leader, other *candidate) {
	t.Helper()
	select {
	case <-a.elected:
		return a, b
	case <-b.elected:
		return b, a
	case <-time.After(time.Minute):
		t.Fatal("nobody leads after a minute")
		return nil, nil
	}
}

// testLeader: one of two leads, its term ends when it goes, and the other takes over at once.
func testLeader(t *testing.T, b broker) {
	first := stand(t, b, "leader")
	select {
	case <-first.elected:
	case <-time.After(time.Minute):
		t.Fatal("a single candidate does not lead after a minute")
	}
	term := first.Term()
	second := stand(t, b, "leader")
	<-term.Done() // the group is formed again
	leader, other := awaitElected(t, first, second)
	if leader.Term().Err() != nil || other.Term().Err() == nil {
		t.Errorf("the elected one leads: %v; the other one: %v", leader.Term().Err(), other.Term().Err())
	}
	term = leader.Term()
	began := time.Now()
	if err := leader.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	if term.Err() == nil || leader.Term().Err() == nil {
		t.Error("one who has stopped leads on")
	}
	select {
	case <-other.elected:
	case <-time.After(time.Minute):
		t.Fatal("nobody took over within a minute")
	}
	t.Logf("taken over after %s", time.Since(began).Round(time.Millisecond))
	if err := other.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
}
