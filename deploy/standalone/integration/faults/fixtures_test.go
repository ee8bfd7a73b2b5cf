package faults

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/ports"
)

// fixtures are what all tests share, since it takes seconds to start: one ClickHouse and one broker of
// each kind. Every world has a topic, a group and a database of its own in them.
type fixtures struct {
	dir      string
	brokers  map[string]broker
	database *engineProcess
	proxies  []*faultProxy
}

var shared *fixtures

func (f *fixtures) stop() {
	for _, b := range f.brokers {
		b.kill()
	}
	if f.database != nil {
		f.database.process.kill()
	}
	for _, p := range f.proxies {
		p.cut()
	}
}

// folder makes a folder of the fixtures.
func (f *fixtures) folder(t testing.TB, name string) string {
	t.Helper()
	dir := filepath.Join(f.dir, name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

// broker starts the broker of a kind, the first time that it is asked for.
func (f *fixtures) broker(t testing.TB, kind string) broker {
	t.Helper()
	if b, ok := f.brokers[kind]; ok {
		return b
	}
	b, err := startBroker(kind, f.folder(t, kind))
	if err != nil {
		t.Fatal(err)
	}
	f.brokers[kind] = b
	return b
}

// engine starts ClickHouse, the first time that it is asked for and when it has ended by itself, which
// has failed a test before.
func (f *fixtures) engine(t testing.TB) *engineProcess {
	t.Helper()
	if f.database != nil && !f.database.process.alive() {
		f.database.restart(t)
	}
	if f.database == nil {
		e, err := startEngine(f.folder(t, "engine"))
		if err != nil {
			t.Fatal(err)
		}
		f.database = e
	}
	return f.database
}

// proxy starts a fault proxy that lives as long as the fixtures.
func (f *fixtures) proxy(name, upstream string) (*faultProxy, error) {
	p, err := startProxy(name, freeAddr(), upstream)
	if err == nil {
		f.proxies = append(f.proxies, p)
	}
	return p, err
}

// freeAddr is an address that no other process gets, also while ours that listens there is dead.
func freeAddr() string {
	addr, err := ports.Free()
	if err != nil {
		panic(err)
	}
	return addr
}

// serveUntilSignal is the life of a child: it starts, and stops when it is told to.
func serveUntilSignal(start, stop func(context.Context) error) error {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	if err := start(ctx); err != nil {
		return err
	}
	<-ctx.Done()
	return stop(context.WithoutCancel(ctx))
}

// patience bounds every wait for something that another process brings about.
const patience = 3 * time.Minute

// await asks until the answer is yes; why says what is missing.
func await(t testing.TB, what string, done func() bool, why ...func() string) {
	t.Helper()
	if err := awaitError(what, patience, done); err != nil {
		for _, w := range why {
			err = errors.Join(err, errors.New(w()))
		}
		t.Fatal(err)
	}
}

func awaitError(what string, atMost time.Duration, done func() bool) error {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(atMost)
	for !done() {
		select {
		case <-tick.C:
		case <-deadline:
			return fmt.Errorf("waited in vain for %s", what)
		}
	}
	return nil
}
