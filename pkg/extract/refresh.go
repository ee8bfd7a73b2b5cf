package extract

import (
	"context"
	"errors"
	"time"
)

// errTable is in the errors of a table that cannot be read or written: no source is to blame.
var errTable = errors.New("the table fails")

// refresh reads a source once. When the table cannot be written, nothing is noted either: the next look
// tries again, within the budget.
func (s *Schedule) refresh(ctx context.Context, p planned, st state) {
	spend := func(ctx context.Context) error {
		if err := st.spend(p.calls, s.Now()); err != nil {
			return err
		}
		s.metrics.calls.WithLabelValues(p.name).Inc()
		if err := recordState(ctx, s.table, p.name, st); err != nil {
			return errors.Join(errTable, err)
		}
		return nil
	}
	read, err := p.read(ctx, spend)
	if ctx.Err() != nil {
		return
	}
	switch {
	case err == nil:
		err = s.keep(ctx, p, &st, read)
	case !errors.Is(err, errTable):
		err = s.failed(ctx, p, &st, asFailure(err))
	}
	if err == nil {
		err = recordState(ctx, s.table, p.name, st)
	}
	if err != nil && ctx.Err() == nil {
		s.metrics.reads.WithLabelValues(p.name, "table").Inc()
		s.log.Error("events of a source are not stored", "source", p.name, "err", err)
	}
}

// failed marks what the source announced as stale. The log has a line when a failure begins or changes.
func (s *Schedule) failed(ctx context.Context, p planned, st *state, f *failure) error {
	s.metrics.reads.WithLabelValues(p.name, f.kind).Inc()
	if f.kind != st.failure {
		s.log.Warn("a source cannot be read; its last events stay", "source", p.name, "kind", f.kind, "err", f.err)
	}
	st.failure, st.failed, st.notBefore = f.kind, s.Now(), f.until
	return s.table.Record(ctx, "mark_stale", map[string]string{"source": p.name, "now": instant(s.Now())})
}

// keep writes what has changed.
func (s *Schedule) keep(ctx context.Context, p planned, st *state, read batch) error {
	old, err := known(ctx, s.table, p.name)
	if err != nil {
		return err
	}
	rows := merge(old, read, s.Now())
	if err := write(ctx, s.table, p.name, rows); err != nil {
		return err
	}
	s.metrics.reads.WithLabelValues(p.name, "ok").Inc()
	s.metrics.written.WithLabelValues(p.name).Add(float64(len(rows)))
	s.metrics.last.WithLabelValues(p.name).Set(float64(s.Now().UnixMilli()) / 1000)
	for reason, n := range read.refused {
		s.metrics.refused.WithLabelValues(p.name, reason).Add(float64(n))
	}
	if len(read.refused) > 0 {
		s.log.Warn("entries of a calendar could not be used", "source", p.name, "by_reason", read.refused)
	}
	if st.failure != "" {
		s.log.Info("a source can be read again", "source", p.name, "after", st.failure)
	}
	st.failure, st.fetched, st.notBefore = "", s.Now(), time.Time{}
	return nil
}
