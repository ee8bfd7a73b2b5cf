package services

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/footfall-analytics/footfall/pkg/beacon/doctor"
)

// Doctor looks at a page as a browser would and says what keeps its visits from being counted.
type Doctor struct {
	URL string `arg:"" name:"url" help:"A page that carries the tag." placeholder:"URL"`
}

// Run prints what was found, and fails when something is wrong.
func (d *Doctor) Run() error {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	return d.examine(ctx, os.Stdout)
}

func (d *Doctor) examine(ctx context.Context, w io.Writer) error {
	report := doctor.Examine(ctx, d.URL)
	if err := report.Write(w); err != nil {
		return err
	}
	if report.Wrong() {
		return errors.New("visits of this page are not counted as they should be")
	}
	return nil
}
