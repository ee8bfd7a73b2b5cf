package measure

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/instance"
)

// Product is a running `footfall up`.
type Product struct {
	*instance.Instance
	Binary string
}

// StartProduct builds the product and runs it on a folder and on free ports, with default settings but for the
// limits of a client: all events come from one address.
func StartProduct(ctx context.Context, dir string) (*Product, error) {
	binary := filepath.Join(dir, "footfall")
	if err := instance.Build(ctx, binary); err != nil {
		return nil, err
	}
	p, err := instance.New(binary, filepath.Join(dir, "data"), "FOOTFALL_RATE_ADDRESS=0", "FOOTFALL_RATE_SITE=0", "FOOTFALL_LOG_LEVEL=warn")
	if err != nil {
		return nil, err
	}
	return &Product{p, binary}, p.Start()
}

// Finish ends the product in order and says what it took.
func (p *Product) Finish() (Usage, error) {
	process := p.Process()
	peak, err := Peak(process.Process.Pid)
	err = errors.Join(err, p.Stop())
	return Usage{CPU: process.ProcessState.UserTime() + process.ProcessState.SystemTime(), Peak: peak}, err
}
