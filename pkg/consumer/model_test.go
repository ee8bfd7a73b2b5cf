package consumer

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// errCrashed is what a process that is gone gets to see.
var errCrashed = errors.New("crashed")

// log is one partition of a topic in memory, with the group's place in it.
type memoryLog struct {
	mu         sync.Mutex
	first      int64
	records    []event.Record
	generation int
	offset     int64
	metadata   string
	commits    int
}

func (l *memoryLog) append(values ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, v := range values {
		l.records = append(l.records, event.Record{Offset: int64(len(l.records)), Time: time.Now().UTC(), Version: "1", Value: []byte(v)})
	}
}

// row is one row of events or of events_dead.
type row struct {
	epoch  uint64
	offset int64
	key    string
	day    int64
	stored time.Time
	dead   bool
	reason string
}

// table is the warehouse in memory. It behaves as ClickHouse does: a token within the window is stored
// once, a block that holds a refused row is refused, and repeats collapse when it merges.
type table struct {
	mu     sync.Mutex
	rows   []row
	tokens []string
	window int
	runs   []event.Run
}

type refusedError struct{}

func (refusedError) Error() string     { return "a row is refused" }
func (refusedError) RowsRefused() bool { return true }
func (refusedError) Overloaded() bool  { return false }

func (t *table) insert(token string, rows []row) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if slices.ContainsFunc(rows, func(r row) bool { return !r.dead && r.key == "refused" }) {
		return refusedError{}
	}
	if slices.ContainsFunc(rows, func(r row) bool { return r.day != rows[0].day }) {
		return errors.New("a block of several days")
	}
	if slices.Contains(t.tokens, token) {
		return nil
	}
	t.tokens = append(t.tokens, token)
	t.tokens = t.tokens[max(0, len(t.tokens)-t.window):]
	for _, r := range rows {
		r.stored = time.Now()
		if r.dead { // the sorting key of events_dead is the offset
			t.rows = slices.DeleteFunc(t.rows, func(o row) bool { return o.dead && o.epoch == r.epoch && o.offset == r.offset })
		}
		t.rows = append(t.rows, r)
	}
	return nil
}

// merge keeps the newest row of each key.
func (t *table) merge() {
	t.mu.Lock()
	defer t.mu.Unlock()
	newest := map[string]int{}
	for i, r := range t.rows {
		if !r.dead {
			newest[r.key] = i
		}
	}
	var kept []row
	for i, r := range t.rows {
		if r.dead || newest[r.key] == i {
			kept = append(kept, r)
		}
	}
	t.rows = kept
}

func (t *table) snapshot() *table {
	t.mu.Lock()
	defer t.mu.Unlock()
	return &table{rows: slices.Clone(t.rows), tokens: slices.Clone(t.tokens), window: t.window, runs: slices.Clone(t.runs)}
}

func (t *table) restore(from *table) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rows, t.tokens, t.runs = slices.Clone(from.rows), slices.Clone(from.tokens), slices.Clone(from.runs)
}

// process is one member of the group: what stands between a worker and the log and the table. It can
// crash, and it can be paused while the others go on.
type process struct {
	*memoryLog
	Evidence // not asked for
	table    *table
	gen      int
	fault    func(op string) fault // asked at each operation

	mu      sync.Mutex
	crashed bool
	calm    bool          // no more faults
	resumed chan struct{} // nil unless it is paused
	ops     map[string]int
}

// fault is what happens to an operation.
type fault int

const (
	none         fault = iota
	failsBefore        // it does not take place, and its answer is an error
	failsAfter         // it takes place, and its answer is an error
	crashBefore        // the process is gone
	crashAfter         // the process is gone after it took place
	pauseBefore        // the process is paused before it
	unknownFault       // for range
)

var errFault = errors.New("fault")

// enter lets an operation through, or not; leave tells what its answer is.
func (p *process) enter(op string) (leave error, err error) {
	p.mu.Lock()
	resumed := p.resumed
	p.mu.Unlock()
	if resumed != nil {
		<-resumed
	}
	p.mu.Lock()
	f := none
	if !p.calm {
		f = p.fault(op)
	}
	if p.crashed {
		p.mu.Unlock()
		return nil, errCrashed
	}
	p.ops[op]++
	switch f {
	case failsBefore:
		err = errFault
	case failsAfter:
		leave = errFault
	case crashBefore:
		p.crashed, err = true, errCrashed
	case crashAfter:
		p.crashed, leave = true, errCrashed
	case pauseBefore:
		if p.resumed == nil {
			p.resumed = make(chan struct{})
		}
		resumed = p.resumed
	}
	p.mu.Unlock()
	if f == pauseBefore {
		<-resumed
	}
	return leave, err
}

// resume lets a paused process go on; calm ends its faults.
func (p *process) resume(calm bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calm = p.calm || calm
	if p.resumed != nil {
		close(p.resumed)
		p.resumed = nil
	}
}

func (p *process) ID() int         { return 0 }
func (p *process) Generation() int { return p.gen }
func (p *process) Stream() string  { return "topic@cluster" }

func (p *process) Bounds(context.Context) (first, next int64, err error) {
	p.memoryLog.mu.Lock()
	defer p.memoryLog.mu.Unlock()
	return p.first, int64(len(p.records)), nil
}

func (p *process) Committed(context.Context) (int64, string, error) {
	p.memoryLog.mu.Lock()
	defer p.memoryLog.mu.Unlock()
	return p.offset, p.metadata, nil
}

var errFenced = errors.New("fenced")

func (p *process) Commit(_ context.Context, offset int64, metadata string) error {
	leave, err := p.enter("commit")
	if err != nil {
		return err
	}
	p.memoryLog.mu.Lock()
	defer p.memoryLog.mu.Unlock()
	if p.gen != p.generation {
		return errFenced
	}
	p.offset, p.metadata = offset, metadata
	p.commits++
	return leave
}

var errOutOfRange = errors.New("offset out of range")

// Fetch returns few records at a time.
func (p *process) Fetch(ctx context.Context, offset int64, wait time.Duration, _ int) ([]event.Record, int64, int64, error) {
	if _, err := p.enter("fetch"); err != nil {
		return nil, 0, 0, err
	}
	p.memoryLog.mu.Lock()
	first, records := p.first, p.records
	p.memoryLog.mu.Unlock()
	end := int64(len(records))
	switch {
	case offset < first || offset > end:
		return nil, 0, 0, errOutOfRange
	case offset == end:
		pause(ctx, wait)
		return nil, offset, end, ctx.Err()
	}
	next := min(end, offset+7)
	return records[offset:next], next, end, nil
}

func (p *process) InsertOnce(_ context.Context, token string, rows []event.Stored) error {
	made := make([]row, len(rows))
	for i, r := range rows {
		made[i] = row{epoch: r.Epoch, offset: r.Offset, key: r.Event.Path[1:], day: day(r.Event.Time)}
	}
	return p.put("insert", token, made)
}

func (p *process) InsertDeadOnce(_ context.Context, token string, rows []event.Dead) error {
	made := make([]row, len(rows))
	for i, r := range rows {
		made[i] = row{epoch: r.Epoch, offset: r.Offset, key: string(r.Value), dead: true, reason: r.Reason}
	}
	return p.put("dead", token, made)
}

func (p *process) put(op, token string, rows []row) error {
	leave, err := p.enter(op)
	if err != nil {
		return err
	}
	if err := p.table.insert(token, rows); err != nil {
		return err
	}
	return leave
}

func (p *process) StoredOffsets(_ context.Context, place event.Place, first, last int64, _, _ time.Time) ([]int64, error) {
	if _, err := p.enter("ask"); err != nil {
		return nil, err
	}
	p.table.mu.Lock()
	defer p.table.mu.Unlock()
	there := map[int64]bool{}
	for _, r := range p.table.rows {
		if r.epoch == place.Epoch && r.offset >= first && r.offset <= last {
			there[r.offset] = true
		}
	}
	return slices.Collect(maps.Keys(there)), nil
}

func (p *process) StoredThrough(_ context.Context, place event.Place, since time.Time) (int64, error) {
	if _, err := p.enter("ask"); err != nil {
		return 0, err
	}
	p.table.mu.Lock()
	defer p.table.mu.Unlock()
	through := int64(-1)
	for _, r := range p.table.rows {
		if r.epoch == place.Epoch && !r.stored.Before(since) {
			through = max(through, r.offset)
		}
	}
	return through, nil
}

func (p *process) LastRun(context.Context, string, int) (run event.Run, known bool, err error) {
	p.table.mu.Lock()
	defer p.table.mu.Unlock()
	for _, r := range p.table.runs {
		if !known || r.Epoch > run.Epoch || r.Epoch == run.Epoch && (r.End > run.End || r.Kind == event.RunRewound) {
			run, known = r, true
		}
	}
	return run, known, nil
}

func (p *process) PutRun(_ context.Context, r event.Run) error {
	if _, err := p.enter("run"); err != nil {
		return err
	}
	p.table.mu.Lock()
	defer p.table.mu.Unlock()
	r.Time = time.Now()
	p.table.runs = append(p.table.runs, r)
	return nil
}

// Serve hands out the partition once.
func (p *process) Serve(ctx context.Context, work func(context.Context, Partition)) {
	work(ctx, p)
	<-ctx.Done()
}

func (p *process) Lag(context.Context) (map[int]int64, error) {
	p.memoryLog.mu.Lock()
	defer p.memoryLog.mu.Unlock()
	return map[int]int64{0: int64(len(p.records)) - max(0, p.offset)}, nil
}
