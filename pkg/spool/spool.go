// Package spool keeps records on disk while the place that they are meant for is slow or away.
//
// Contract. Append returns nil once the records are on disk and synced: they survive kill -9 and a
// power cut, and Drain hands them out, oldest first, also after a restart, until it is told that
// they have arrived. A segment file is deleted only when every record in it has arrived, so an
// interrupted Drain hands out up to one segment again: records may arrive twice, and must carry an
// id of their own. A torn or flipped record costs only itself and is counted. The folder belongs to
// one process at a time and never grows beyond its limit, and a full disk refuses new records
// without harm to those that were taken.
//
// There is no timer: while one group of records is being synced the next one gathers, so a lone
// record waits for one fsync and a crowd shares it.
//
// Why not a log library: tidwall/wal 1.2 has no checksums, hands out a record with a flipped bit as
// good, and after a flipped length or a torn tail does not open at all: one damaged byte would cost
// everything that had been promised.
package spool

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Why Append could not promise anything.
var (
	ErrFull   = errors.New("the spool is full")
	ErrBusy   = errors.New("too much waits for the spool's disk")
	ErrClosed = errors.New("the spool is closed")
)

// Spool is a folder of segments: one that is written, and sealed ones that wait to be drained.
type Spool struct {
	cfg     Config
	log     *slog.Logger
	metrics *metrics
	now     func() time.Time
	create  func(name string) (*os.File, error)
	lock    *os.File
	running sync.WaitGroup

	work   chan struct{} // the writer has something to do
	filled chan struct{} // there is something to drain

	io      sync.Mutex // held while active is written or sealed; taken before mu
	buffer  []byte
	written int64 // name of the youngest segment

	mu       sync.Mutex
	active   *segment // nil, or the one that is written
	sealed   []*segment
	waiting  []*appending
	queued   int64 // bytes of waiting and of what is being written
	bytes    int64 // bytes on disk
	records  int   // records that have not arrived yet
	trouble  error // of the last write; nil after one that worked
	troubled time.Time
	closed   bool
}

// New makes a spool; Start opens it.
func New(cfg Config, log *slog.Logger, reg prometheus.Registerer) *Spool {
	s := &Spool{
		cfg: cfg, log: log, now: time.Now, create: createFile,
		work: make(chan struct{}, 1), filled: make(chan struct{}, 1),
	}
	s.metrics = newMetrics(reg, s)
	return s
}

// Start locks the folder, finds what an earlier process left there, and takes records from then on.
func (s *Spool) Start(context.Context) (err error) {
	if err := os.MkdirAll(s.cfg.Dir, 0o700); err != nil {
		return fmt.Errorf("make spool folder: %w", err)
	}
	if s.lock, err = lockFolder(s.cfg.Dir); err != nil {
		return err
	}
	if err := s.load(); err != nil {
		return errors.Join(err, s.lock.Close())
	}
	if s.records > 0 {
		s.log.Info("the spool holds records of an earlier run", "dir", s.cfg.Dir, "records", s.records, "bytes", s.bytes)
		signal(s.filled)
	}
	s.running.Go(s.write)
	return nil
}

// Stop refuses new records, syncs those that were taken, and gives the folder free. Drain must have
// returned before.
func (s *Spool) Stop(context.Context) error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	signal(s.work)
	s.running.Wait()
	s.io.Lock()
	s.seal()
	s.io.Unlock()
	if err := s.lock.Close(); err != nil {
		return fmt.Errorf("unlock spool folder: %w", err)
	}
	return nil
}

const (
	// spare is the room that readiness asks for: about one request's.
	spare = 64 << 10
	// troubleFor is how long a failed write speaks against the disk; then it is worth a try again.
	troubleFor = 10 * time.Second
)

// Room returns nil when the spool can take records, as far as is known, and why not otherwise.
func (s *Spool) Room() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return ErrClosed
	case s.bytes+s.queued+spare > s.cfg.Bytes:
		return s.full()
	case s.trouble != nil && s.now().Sub(s.troubled) < troubleFor:
		return s.trouble
	}
	return nil
}

func (s *Spool) full() error {
	return fmt.Errorf("%w: %d of %d bytes are taken", ErrFull, s.bytes+s.queued, s.cfg.Bytes)
}

// oldest is how long the oldest record may have been waiting; 0 when none does.
func (s *Spool) oldest() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	began := int64(0)
	if len(s.sealed) > 0 {
		began = s.sealed[0].began
	} else if s.active != nil && s.active.records > 0 {
		began = s.active.began
	}
	if began == 0 {
		return 0
	}
	return max(0, s.now().Sub(time.UnixMilli(began)))
}

// signal wakes whoever waits on the channel, now or later.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
