package accesslog

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
	"golang.org/x/sync/errgroup"
)

// An import that spans many days waits after each post, for as long as their parts take to be written:
// otherwise the warehouse would fall behind, and take ever more days into one insert. A busy log has
// few days in a post, and does not wait.
const (
	freeDays = 3
	dayPause = 40 * time.Millisecond
)

// tickLines is how many lines pass between two looks at the progress display.
const tickLines = 4096

// Import posts the views of whole log files, plain or gzip (told by their first bytes, not by their
// names), "-" being stdin. Progress goes to out, which may be a terminal; the report is for the caller
// to print.
//
// It may be run again at any time, after an error above all: what has arrived is not counted twice.
// Lines that are no views, and views that the collector refuses, are counted in the report and stop
// nothing, unless it refuses every one; a file that cannot be read to its end is an error that is returned after the other files
// are done; a collector that does not answer, or refuses the token, ends the import. Memory is
// bounded by three batches. Years of logs are posted a few days at a time, so that no insert of the
// warehouse makes too many parts.
func Import(ctx context.Context, cfg ImportConfig, files []string, stdin io.Reader, out io.Writer) (Report, error) {
	im, err := newImporter(cfg)
	if err != nil {
		return Report{}, err
	}
	inputs, err := checkInputs(files, stdin)
	if err != nil {
		return Report{}, err
	}
	im.progress = newProgress(out, inputs)
	if !cfg.DryRun {
		if im.client, err = NewClient(cfg.ClientConfig, cfg.GiveUpAfter, im.progress.waiting); err != nil {
			return Report{}, err
		}
		defer im.client.Close()
	}
	started := time.Now()
	if err = im.run(ctx, inputs); err == nil {
		err = im.report.refusal()
	}
	err = errors.Join(err, im.resume.end(err == nil))
	im.progress.done()
	im.report.Elapsed = time.Since(started)
	return im.report, err
}

type importer struct {
	extract  *Extractor
	client   *Client // nil in a dry run
	progress progress
	resume   *resume
	report   Report
	posts    *errgroup.Group
	free     chan *Batch
	batch    *Batch // the one that is being filled
}

func newImporter(cfg ImportConfig) (*importer, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("import: %w", err)
	}
	extract, err := cfg.extractor(cfg.Site)
	if err != nil {
		return nil, fmt.Errorf("import: %w", err)
	}
	path := cfg.Resume
	if cfg.DryRun {
		path = ""
	}
	places, err := newResume(path)
	if err != nil {
		return nil, fmt.Errorf("import: %w", err)
	}
	im := &importer{
		resume:  places,
		extract: extract,
		report:  newReport(cfg.DryRun),
		free:    make(chan *Batch, postsInFlight),
		batch:   NewBatch(),
	}
	for range postsInFlight {
		im.free <- NewBatch()
	}
	return im, nil
}

func (im *importer) run(ctx context.Context, inputs []input) error {
	var posting context.Context
	im.posts, posting = errgroup.WithContext(ctx)
	im.posts.SetLimit(postsInFlight)
	var broken []error
	for _, in := range inputs {
		if err := im.file(posting, in); err != nil {
			broken = append(broken, fmt.Errorf("import %s: %w", in.name, err))
		}
		if posting.Err() != nil {
			break
		}
	}
	im.flush(posting)
	err := im.posts.Wait()
	if ctx.Err() != nil {
		return fmt.Errorf("import: %w; run the same again, what has arrived is not counted twice", context.Cause(ctx))
	}
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	return errors.Join(broken...)
}

// file imports one log, from where an earlier import stopped. When ctx ends it returns without an
// error of its own.
func (im *importer) file(ctx context.Context, in input) error {
	again, err := im.from(ctx, in, true)
	if again {
		_, err = im.from(ctx, in, false)
	}
	return err
}

// from imports one log; again means that nothing was imported, because the log is another one than
// was remembered.
func (im *importer) from(ctx context.Context, in input, resume bool) (again bool, err error) {
	src, err := in.open(im.progress.read)
	if err != nil {
		return false, err
	}
	defer src.Close()
	lines := NewLineReader(src, 0)
	var first LineHash
	for n := int64(1); ctx.Err() == nil; n++ {
		raw, err := lines.Next()
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		if n == 1 {
			first = raw.Hash()
			im.extract.Begin(first)
			if resume && in.from == nil { // standard input cannot be read again
				done, again, err := im.resume.skip(lines, first, raw.End)
				if again || err != nil {
					return again, err
				}
				if done > 0 {
					im.report.Resumed += done
					n = done
					continue
				}
			}
		}
		im.line(ctx, raw, Origin{in.name, n})
		im.resume.at(in.name, first, raw)
	}
	return false, nil
}

func (im *importer) line(ctx context.Context, raw RawLine, from Origin) {
	var p event.Posted
	at, reason := im.extract.Event(raw, &p)
	if n := im.report.countLine(at, reason); n%tickLines == 0 {
		im.progress.tick(n)
	}
	if reason != "" || im.client == nil {
		return
	}
	if full := im.batch.Add(&p, from); full {
		im.flush(ctx)
		im.batch.Add(&p, from)
	}
}

// flush hands the batch to a poster, waiting while all of them are busy, and takes an empty one.
func (im *importer) flush(ctx context.Context) {
	if im.batch.Len() == 0 {
		return
	}
	batch := im.batch
	number, places := im.resume.post()
	im.posts.Go(func() error {
		defer func() { im.free <- batch }()
		answer, err := im.client.Post(ctx, batch)
		if err != nil {
			return err
		}
		im.report.countAnswer(answer, batch.origins)
		err = im.resume.done(number, places)
		if batch.Days() > freeDays {
			select {
			case <-time.After(time.Duration(batch.Days()) * dayPause):
			case <-ctx.Done():
			}
		}
		return err
	})
	im.batch = <-im.free
	im.batch.Reset()
}
