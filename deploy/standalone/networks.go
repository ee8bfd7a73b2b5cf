package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/footfall-analytics/footfall/deploy/standalone/freefiles"
)

// freeNetworks is the part that brings the free files with countries and networks. The start does not
// wait for it: the collector takes the files over when they come.
type freeNetworks struct {
	files *freefiles.Files
	log   *slog.Logger

	stop context.CancelFunc
	done sync.WaitGroup
}

// bringFor bounds the download.
const bringFor = 10 * time.Minute

// useFreeNetworks chooses the free files if the operator names none of his own.
func (u *Up) useFreeNetworks(log *slog.Logger) *freeNetworks {
	if !u.EnrichFetch || len(u.Enrich.Country) > 0 || len(u.Enrich.ASN) > 0 {
		return nil
	}
	files, err := freefiles.Open(u.EnrichCities)
	if err != nil {
		log.Warn("countries and networks stay unknown: no place for the free files", "err", err)
		return nil
	}
	u.Enrich.Country, u.Enrich.ASN, u.Enrich.MayCome = files.Countries(), files.Systems(), true
	return &freeNetworks{files: files, log: log}
}

// Start begins to bring what is missing.
func (f *freeNetworks) Start(context.Context) error {
	ctx, stop := context.WithTimeout(context.Background(), bringFor)
	f.stop = stop
	f.done.Go(func() { f.bring(ctx) })
	return nil
}

func (f *freeNetworks) bring(ctx context.Context) {
	if !f.files.Missing() {
		f.log.Info("countries and networks by the free files", "attribution", freefiles.Attribution)
		return
	}
	f.log.Info("fetching the free files with countries and networks, once per machine (about 27 MB, with cities 64 MB more)")
	if err := f.files.Bring(ctx); err != nil {
		f.log.Warn("countries and networks stay unknown: the free files could not be fetched; the next start tries again (--no-enrich-fetch turns this off)", "err", err)
		return
	}
	f.log.Info("countries and networks by the free files", "attribution", freefiles.Attribution)
}

// Stop gives the download up.
func (f *freeNetworks) Stop(context.Context) error {
	f.stop()
	f.done.Wait()
	return nil
}
