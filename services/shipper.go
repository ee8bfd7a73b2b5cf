package services

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/footfall-analytics/footfall/pkg/accesslog"
	"github.com/footfall-analytics/footfall/pkg/daemon"
)

// Shipper are the commands of the shipper service.
type Shipper struct {
	Serve  ShipperServe  `cmd:"" default:"withargs" aliases:"follow" help:"Follow access logs and send their page views to the collector."`
	Import ShipperImport `cmd:"" help:"Send the page views of whole log files to the collector. Doing it twice counts once."`
	Listen ShipperListen `cmd:"" help:"Receive log lines as syslog over UDP or TCP and send their page views to the collector."`
	Detect ShipperDetect `cmd:"" help:"Guess the format of a log and show what its first ten lines would count as."`
	Health Health        `cmd:"" help:"Ask the running service whether it is ready."`
}

// ShipperConfig holds what the shipper needs.
type ShipperConfig struct {
	Client accesslog.ClientConfig `embed:""`
	Follow accesslog.FollowConfig `embed:"" prefix:"shipper-"`
}

// ShipperServe is the service.
type ShipperServe struct {
	Daemon daemon.Config `embed:""`
	ShipperConfig
}

// Validate refuses a service that would have nothing to do.
func (c ShipperServe) Validate() error {
	if len(c.Follow.Files) == 0 {
		return errors.New("shipper-files must name at least one access log")
	}
	return nil
}

// Run serves until it is told to stop.
func (c *ShipperServe) Run() error {
	return serve(c.Daemon, func(p *daemon.Process) error { return AddShipper(p, c.ShipperConfig) })
}

// AddShipper adds the shipper service to a process; without log files there is none to add. The
// shipper's readiness does not depend on the collector: it waits, and the logs are its buffer.
func AddShipper(p *daemon.Process, cfg ShipperConfig) error {
	if len(cfg.Follow.Files) == 0 {
		return nil
	}
	f, err := accesslog.NewFollower(cfg.Client, cfg.Follow, p.Metrics, p.Log)
	if err != nil {
		return err
	}
	p.Add("shipper", f)
	return nil
}

// ShipperImport sends log files once.
type ShipperImport struct {
	accesslog.ImportConfig
	Files []string `arg:"" help:"Log files or globs, plain, gzip or zstd; - is standard input." placeholder:"FILE"`
}

// Run posts the files' views and prints what became of their lines.
func (c *ShipperImport) Run() error {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	return c.send(ctx, os.Stdin, os.Stdout, os.Stderr)
}

func (c *ShipperImport) send(ctx context.Context, stdin io.Reader, stdout, progress io.Writer) error {
	report, err := accesslog.Import(ctx, c.ImportConfig, c.Files, stdin, progress)
	if report.Lines > 0 || err == nil {
		err = errors.Join(err, report.Print(stdout))
	}
	return err
}

// ShipperListen receives log lines over the network.
type ShipperListen struct {
	Daemon daemon.Config          `embed:""`
	Client accesslog.ClientConfig `embed:""`
	Listen accesslog.ListenConfig `embed:""`
}

// Run listens until it is told to stop.
func (c *ShipperListen) Run() error {
	return serve(c.Daemon, func(p *daemon.Process) error {
		l, err := accesslog.NewListener(c.Client, c.Listen, p.Metrics, p.Log)
		if err != nil {
			return err
		}
		p.Add("listener", l)
		return nil
	})
}

// ShipperDetect looks at a log and posts nothing.
type ShipperDetect struct {
	accesslog.LinesConfig
	File string `arg:"" help:"Log file, plain, gzip or zstd; - is standard input." placeholder:"FILE"`
}

// Run prints the guess and ten lines.
func (c *ShipperDetect) Run() error {
	return accesslog.Detect(c.LinesConfig, c.File, os.Stdin, os.Stdout)
}
