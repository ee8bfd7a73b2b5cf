package rollup

import (
	"fmt"
	"io"
	"os"

	"github.com/mattn/go-isatty"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// Progress shows how far a backfill is: lines of text, and on a terminal a bar below them.
type Progress struct {
	out io.Writer
	all *mpb.Progress // nil without a terminal
	bar *mpb.Bar
}

// NewProgress makes a Progress for so many days.
func NewProgress(out io.Writer, days int) *Progress {
	p := &Progress{out: out}
	if f, ok := out.(*os.File); ok && days > 0 && isatty.IsTerminal(f.Fd()) {
		p.all = mpb.New(mpb.WithOutput(out), mpb.WithAutoRefresh(), mpb.WithWidth(60))
		p.bar = p.all.AddBar(int64(days),
			mpb.PrependDecorators(decor.CountersNoUnit("%d / %d days")),
			mpb.AppendDecorators(decor.AverageETA(decor.ET_STYLE_MMSS)))
		p.out = p.all
	}
	return p
}

// Printf writes a line above the bar.
func (p *Progress) Printf(format string, args ...any) { fmt.Fprintf(p.out, format, args...) }

// Day says that one more day is done with.
func (p *Progress) Day() {
	if p.bar != nil {
		p.bar.Increment()
	}
}

// Close leaves the bar where it is.
func (p *Progress) Close() {
	if p.bar != nil {
		p.bar.Abort(false) // no effect on a full one
		p.all.Wait()
	}
}
