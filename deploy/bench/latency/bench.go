package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/footfall-analytics/footfall/deploy/bench/measure"
	"github.com/footfall-analytics/footfall/pkg/event"
)

//go:embed sql/*.sql
var statements embed.FS

const (
	// look is the pause between two questions, lookBack how far one asks back: an insert has its time before
	// it is visible.
	look, lookBack = 50 * time.Millisecond, 10 * time.Second
	// patience bounds the wait for the last event.
	patience = time.Minute
)

type bench struct {
	rate, connections int
	duration          time.Duration
	out               io.Writer

	mu       sync.Mutex
	waiting  map[string]time.Time // when an event that has not been found yet was accepted
	sent     int
	found    []time.Duration
	answered []time.Duration // from sending to 202
}

func (b *bench) run(ctx context.Context) (err error) {
	machine, err := measure.Machine()
	if err != nil {
		return err
	}
	fmt.Fprintln(b.out, machine)
	dir, err := os.MkdirTemp("", "footfall-latency")
	if err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	p, err := measure.StartProduct(ctx, dir)
	if err != nil {
		return err
	}
	b.waiting = map[string]time.Time{}
	err = b.measure(ctx, p)
	usage, stopErr := p.Finish()
	if err = errors.Join(err, stopErr); err != nil {
		return err
	}
	return b.report(usage)
}

func (b *bench) measure(ctx context.Context, p *measure.Product) error {
	ctx, cancel := context.WithTimeout(ctx, b.duration+patience)
	defer cancel()
	conn, err := clickhouse.Open(&clickhouse.Options{Addr: []string{p.Addrs["CLICKHOUSE_ADDR"]}})
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer conn.Close()
	sending := make(chan struct{})
	var sendErr error
	go func() {
		defer close(sending)
		if sendErr = b.send(ctx, p.Collector()); sendErr != nil {
			cancel()
		}
	}()
	err = b.search(ctx, conn, sending)
	<-sending
	return errors.Join(sendErr, err)
}

// send posts at a steady rate, whatever the answers take.
func (b *bench) send(ctx context.Context, collector string) error {
	transport := &http.Transport{MaxIdleConnsPerHost: b.connections, MaxConnsPerHost: b.connections}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	due := make(chan struct{}, b.rate)
	errs := make([]error, b.connections)
	var senders sync.WaitGroup
	for i := range errs {
		senders.Go(func() {
			for range due {
				if errs[i] = errors.Join(errs[i], b.post(ctx, client, collector)); errs[i] != nil {
					return
				}
			}
		})
	}
	const every = 5 * time.Millisecond
	tick := time.NewTicker(every)
	defer tick.Stop()
	began, given := time.Now(), 0
	for elapsed := time.Duration(0); elapsed < b.duration && ctx.Err() == nil; elapsed = time.Since(began) {
		for ; given < int(elapsed.Seconds()*float64(b.rate)); given++ {
			select {
			case due <- struct{}{}:
			case <-ctx.Done():
			}
		}
		<-tick.C
	}
	close(due)
	senders.Wait()
	return errors.Join(errs...)
}

func (b *bench) post(ctx context.Context, client *http.Client, collector string) error {
	id := event.NewID(time.Now())
	body := fmt.Sprintf(`{"site":"demo","type":"pageview","url":"https://www.example.com/articles/%s","event_id":%q,"view_id":%q,"title":"Article"}`, id, id, id)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, collector+"/v1/events", strings.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "text/plain;charset=UTF-8")
	began := time.Now()
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	accepted := time.Now()
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusAccepted {
		return fmt.Errorf("the collector answered %s", answer.Status)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.waiting[id.String()] = accepted
	b.sent++
	b.answered = append(b.answered, accepted.Sub(began))
	return nil
}

// search looks for the events until all that were sent are found.
func (b *bench) search(ctx context.Context, conn driver.Conn, sending <-chan struct{}) error {
	sql, err := statements.ReadFile("sql/found.sql")
	if err != nil {
		return fmt.Errorf("read statement: %w", err)
	}
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		ended := false
		select {
		case <-sending:
			ended = true
		default:
		}
		if err := b.lookOnce(ctx, conn, string(sql)); err != nil {
			return err
		}
		if ended && len(b.waiting) == 0 {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("%d of %d events were not found: %w", len(b.waiting), b.sent, ctx.Err())
		}
	}
}

func (b *bench) lookOnce(ctx context.Context, conn driver.Conn, sql string) error {
	since := time.Now().Add(-lookBack).UTC().Format("2006-01-02 15:04:05.000")
	var ids []string
	asked := clickhouse.Context(ctx, clickhouse.WithParameters(clickhouse.Parameters{"since": since}))
	rows, err := conn.Query(asked, sql)
	if err != nil {
		return fmt.Errorf("look for events: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return fmt.Errorf("look for events: %w", err)
		}
		ids = append(ids, id)
	}
	seen := time.Now()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, id := range ids {
		if at, ok := b.waiting[id]; ok {
			b.found = append(b.found, seen.Sub(at))
			delete(b.waiting, id)
		}
	}
	return rows.Err()
}

func (b *bench) report(usage measure.Usage) error {
	settings, err := measure.Consumer()
	if err != nil {
		return err
	}
	floor := settings.BatchWait
	w := tabwriter.NewWriter(b.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "%d events at %d a second\tp50\tp99\tlongest\tp99 / batch wait of %s\t\n", b.sent, b.rate, floor)
	for _, line := range []struct {
		name  string
		times []time.Duration
	}{{"sent → accepted", b.answered}, {"accepted → queryable", b.found}} {
		slices.Sort(line.times)
		at := func(q float64) time.Duration {
			return line.times[min(len(line.times)-1, int(q*float64(len(line.times))))]
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%.2f\t\n", line.name, at(0.5).Round(time.Millisecond/10), at(0.99).Round(time.Millisecond/10),
			at(1).Round(time.Millisecond/10), at(0.99).Seconds()/floor.Seconds())
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	fmt.Fprintf(b.out, "the whole product: %.1f core seconds, %.2f GB at most\n", usage.CPU.Seconds(), float64(usage.Peak)/1e9)
	return nil
}
