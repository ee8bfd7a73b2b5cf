package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
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

// useOwnNetworks lets the dashboard write the file that the collector watches, unless the operator names
// one himself and does not say that the dashboard may write it.
func (u *Up) useOwnNetworks() error {
	file, watched := &u.Dashboard.Companies.Networks, &u.Enrich.Networks
	switch {
	case *watched != "" && *file != "" && *watched != *file:
		return fmt.Errorf("enrich-networks %q and dashboard-networks %q must name the same file", *watched, *file)
	case *watched != "":
		u.Dashboard.Companies.ReadOnly = *file == ""
		*file = *watched
		return nil
	case *file == "":
		*file = filepath.Join(u.Data, "networks", "own.csv") // in a folder of its own: the collector watches all of it
	}
	*watched, u.Enrich.NetworksMayCome = *file, true
	if err := os.MkdirAll(filepath.Dir(*file), 0o700); err != nil {
		return fmt.Errorf("make folder of the own networks: %w", err)
	}
	return nil
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
