// Package consumer carries events from the stream into the warehouse, each offset once.
//
// Contract. Every partition has one worker, bound to one generation of the consumer group. Before a
// worker inserts the records [b…e] it commits offset b with the intent to do so; the commit is fenced,
// so only one worker at a time can mean to. After the insert the next intent commits e+1. Whoever
// finds an intent asks the warehouse which of its offsets are there, and stores the others. So a crash,
// a rebalance or a worker that was cut off (a zombie) neither loses an offset nor stores it twice:
//
//   - An insert is one block of one UTC day, and its token is made of the offsets in it. The warehouse
//     takes a token once, so that the same block may be sent until it is acknowledged.
//   - A record that cannot be decoded, is not valid, or that the warehouse refuses becomes a dead letter
//     under the same intent. Nothing is skipped; offsets that Kafka deleted before they were read are
//     logged as an error, counted, and kept in the ledger of runs.
//   - When the warehouse knows less than was committed (a restored backup), the worker goes back to what
//     it knows. When the topic was deleted and made again, a new epoch keeps its offsets apart.
//   - A worker that neither commits nor finds itself at the end of its partition for a while gives its
//     generation up, so that another one gets the partition.
//
// Stop drops what was fetched and not yet meant, waits for the inserts in flight, commits what is stored
// and leaves the group.
package consumer

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// Source is where partitions come from.
type Source interface {
	// Serve runs work for every partition of every generation until ctx ends. A work that returns ends
	// its generation.
	Serve(ctx context.Context, work func(context.Context, Partition))
	// Lag counts the records that are not committed, by partition.
	Lag(ctx context.Context) (map[int]int64, error)
}

// Partition is one partition as long as one generation lasts.
type Partition interface {
	Reader
	ID() int
	Generation() int
	// Stream names the topic and its cluster.
	Stream() string
	// Committed is the offset to go on from, negative when there is none, and the metadata beside it.
	Committed(ctx context.Context) (offset int64, metadata string, err error)
	// Commit fails once the generation is over.
	Commit(ctx context.Context, offset int64, metadata string) error
}

// Reader reads the records of one partition.
type Reader interface {
	// Bounds are the first offset that is kept, and the one that the next record will get.
	Bounds(ctx context.Context) (first, next int64, err error)
	// Fetch waits for records; next is the offset to go on from, end the partition's end.
	Fetch(ctx context.Context, offset int64, wait time.Duration, maxBytes int) (records []event.Record, next, end int64, err error)
}

// Decoder turns a record into an event; its error is an *event.Invalid.
type Decoder func(event.Record) (event.Event, error)

// Sink is where rows go. A nil error means that they are stored for good; a token that was stored
// before stores nothing again. No method may keep a slice.
type Sink interface {
	InsertOnce(ctx context.Context, token string, rows []event.Stored) error
	InsertDeadOnce(ctx context.Context, token string, rows []event.Dead) error
	Evidence
}

// Catalogue is what the warehouse knows of offsets.
type Catalogue interface {
	// StoredOffsets are the offsets from first to last that are there, as rows with a time of [from, to] or
	// as dead letters.
	StoredOffsets(ctx context.Context, p event.Place, first, last int64, from, to time.Time) ([]int64, error)
	// StoredThrough is the last offset that is there among the rows stored since then; negative for none.
	StoredThrough(ctx context.Context, p event.Place, since time.Time) (int64, error)
	// LastRun is the newest run of a partition.
	LastRun(ctx context.Context, stream string, partition int) (event.Run, bool, error)
	// PutRun writes a run; one that begins at the same offset takes the place of a shorter one.
	PutRun(ctx context.Context, r event.Run) error
}

// Consumer is one member of the group, with a worker for each of its partitions.
type Consumer struct {
	cfg                    Config
	source                 Source
	decode                 Decoder
	sink                   Sink
	log                    *slog.Logger
	metrics                metrics
	memory                 *budget
	buffers                chan []event.Stored // of batches that are done, to be filled again
	inserts                chan struct{}       // holds a token for each insert under way
	retryAfter, fetchRetry time.Duration
	now                    func() time.Time

	fetching  context.Context // ends when Stop begins
	stopFetch context.CancelFunc
	storing   context.Context // ends when Stop runs out of time
	giveUp    context.CancelFunc
	running   sync.WaitGroup
	workers   workers
}

// New makes a consumer; Start lets it work.
func New(cfg Config, source Source, decode Decoder, sink Sink, log *slog.Logger, r prometheus.Registerer) *Consumer {
	c := &Consumer{
		cfg: cfg, source: source, decode: decode, sink: sink, log: log, metrics: newMetrics(r),
		memory: newBudget(cfg.MemoryBytes), inserts: make(chan struct{}, cfg.Inserts), buffers: make(chan []event.Stored, maxBuffers), now: time.Now,
		retryAfter: retryAfter, fetchRetry: time.Second,
	}
	c.fetching, c.stopFetch = context.WithCancel(context.Background())
	c.storing, c.giveUp = context.WithCancel(context.Background())
	return c
}

// Start begins to consume. It waits for nothing.
func (c *Consumer) Start(context.Context) error {
	c.running.Go(func() { c.source.Serve(c.fetching, c.work) })
	c.running.Go(c.watchLag)
	c.running.Go(c.watchGaps)
	return nil
}

// Stop returns once the inserts in flight are stored and committed, or ctx has ended; what is not stored
// then is found again by its intent.
func (c *Consumer) Stop(ctx context.Context) error {
	c.stopFetch()
	release := context.AfterFunc(ctx, c.giveUp)
	defer release()
	c.running.Wait()
	return ctx.Err()
}

// work serves a partition until its generation ends, the worker gives up, or the watchdog gives the
// worker up.
func (c *Consumer) work(ctx context.Context, p Partition) {
	c.metrics.generation.Set(float64(p.Generation()))
	w := newWorker(c, p)
	c.workers.add(w)
	defer c.workers.remove(w)
	done := make(chan struct{})
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		defer close(done)
		w.loop(ctx)
	}()
	c.guard(ctx, w, done)
}
