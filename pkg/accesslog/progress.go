package accesslog

import (
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// progress shows how far an import is: a bar on a terminal, else a plain line now and then.
type progress interface {
	read(n int)                             // n stored bytes have been read
	tick(lines int64)                       // so many lines so far
	waiting(err error, pause time.Duration) // a post failed and will be tried again
	done()                                  // nothing follows
}

func newProgress(out io.Writer, inputs []input) progress {
	var total int64
	for _, in := range inputs {
		if in.bytes < 0 {
			total = -1
			break
		}
		total += in.bytes
	}
	if f, ok := out.(*os.File); ok && total > 0 && isatty.IsTerminal(f.Fd()) {
		return newBar(out, total)
	}
	return newPlain(out, total)
}

type bar struct {
	all   *mpb.Progress
	bar   *mpb.Bar
	lines atomic.Int64
}

func newBar(out io.Writer, total int64) *bar {
	b := &bar{all: mpb.New(mpb.WithOutput(out), mpb.WithAutoRefresh(), mpb.WithWidth(60))}
	started := time.Now()
	b.bar = b.all.AddBar(0,
		mpb.PrependDecorators(decor.CountersKibiByte("% .1f / % .1f")),
		mpb.AppendDecorators(
			decor.Any(func(decor.Statistics) string {
				return fmt.Sprintf("%.0f lines/s ", perSecond(b.lines.Load(), time.Since(started)))
			}),
			decor.AverageETA(decor.ET_STYLE_MMSS),
		))
	// Only done ends the bar: when all is read, posts are still on their way, and may have something to say.
	b.bar.SetTotal(total, false)
	return b
}

func (b *bar) read(n int)       { b.bar.IncrBy(n) }
func (b *bar) tick(lines int64) { b.lines.Store(lines) }

func (b *bar) waiting(err error, pause time.Duration) {
	fmt.Fprintf(b.all, "%v; trying again in %s\n", err, pause.Round(time.Millisecond))
}

func (b *bar) done() {
	b.bar.Abort(false) // leaves the bar where it is
	b.all.Wait()
}

// plainEvery is the pause between two plain progress lines.
const plainEvery = 5 * time.Second

type plain struct {
	mu            sync.Mutex // over out
	out           io.Writer
	total         int64 // -1 when nobody knows
	seen          atomic.Int64
	started, last time.Time
}

func newPlain(out io.Writer, total int64) *plain {
	now := time.Now()
	return &plain{out: out, total: total, started: now, last: now}
}

func (p *plain) read(n int) { p.seen.Add(int64(n)) }

func (p *plain) tick(lines int64) {
	if time.Since(p.last) < plainEvery {
		return
	}
	p.last = time.Now()
	p.print(lines, p.last.Sub(p.started))
}

func (p *plain) print(lines int64, elapsed time.Duration) {
	seen := p.seen.Load()
	p.mu.Lock()
	defer p.mu.Unlock()
	fmt.Fprintf(p.out, "%d lines, %.1f MB, %.0f lines/s", lines, float64(seen)/1e6, perSecond(lines, elapsed))
	if p.total > 0 && seen > 0 {
		left := time.Duration(float64(elapsed) * (float64(p.total)/float64(seen) - 1))
		fmt.Fprintf(p.out, ", %d %%, %s left", 100*seen/p.total, left.Round(time.Second))
	}
	fmt.Fprintln(p.out)
}

func (p *plain) waiting(err error, pause time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	fmt.Fprintf(p.out, "%v; trying again in %s\n", err, pause.Round(time.Millisecond))
}

func (p *plain) done() {}
