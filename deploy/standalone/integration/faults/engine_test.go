package faults

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/deploy/standalone/chserver"
	"github.com/footfall-analytics/footfall/deploy/standalone/engine"
	"github.com/footfall-analytics/footfall/deploy/standalone/engine/fetch"
)

// engineProcess is the embedded ClickHouse in a process of its own, with a fault proxy before it.
type engineProcess struct {
	process      *process
	native, http string // where it listens itself
	link         *faultProxy
}

// beEngine is the child: the embedded ClickHouse as bin/footfall has it.
func beEngine(args []string) error {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	library, err := fetch.Library(context.Background(), log)
	if err != nil {
		return err
	}
	e, err := engine.Open(library, args[0], engine.Options{})
	if err != nil {
		return err
	}
	cfg := chserver.DefaultConfig()
	cfg.NativeAddr, cfg.HTTPAddr = args[1], args[2]
	server, err := chserver.New(e, cfg, log)
	if err != nil {
		return err
	}
	return serveUntilSignal(func(context.Context) error { return server.Start() }, func(ctx context.Context) error {
		return errors.Join(server.Stop(ctx), e.Close(ctx))
	})
}

func startEngine(dir string) (*engineProcess, error) {
	e := &engineProcess{native: freeAddr(), http: freeAddr()}
	e.process = newProcess("engine", dir, append(os.Environ(), childVariable+"=engine"), os.Args[0], dir+"/data", e.native, e.http)
	var err error
	if e.link, err = shared.proxy("clickhouse", e.native); err != nil {
		return nil, err
	}
	return e, e.start()
}

// start starts the process and waits until it answers.
func (e *engineProcess) start() error {
	if err := e.process.start(); err != nil {
		return err
	}
	var last error
	err := awaitError("the engine", patience, func() bool {
		_, last = e.ask("default", "SELECT 1")
		return last == nil || !e.process.alive()
	})
	if err = errors.Join(err, last); err != nil {
		return fmt.Errorf("%w\n%s", err, e.process.tail())
	}
	return nil
}

func (e *engineProcess) restart(t testing.TB) {
	t.Helper()
	e.process.kill()
	if err := e.start(); err != nil {
		t.Fatal(err)
	}
}

var sqlClient = &http.Client{Timeout: time.Minute}

// ask runs a statement, past the proxy; the answer is TSV without its last newline.
func (e *engineProcess) ask(database, statement string) (string, error) {
	u := url.URL{Scheme: "http", Host: e.http, Path: "/", RawQuery: url.Values{"database": {database}}.Encode()}
	resp, err := sqlClient.Post(u.String(), "text/plain", strings.NewReader(statement))
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %s", statement, resp.Status, body)
	}
	return strings.TrimSuffix(string(body), "\n"), err
}

// rows splits TSV into its cells.
func rows(tsv string) (cells [][]string) {
	if tsv == "" {
		return nil
	}
	for line := range strings.SplitSeq(tsv, "\n") {
		cells = append(cells, strings.Split(line, "\t"))
	}
	return cells
}

func integer(t testing.TB, s string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		t.Fatalf("read a number: %v", err)
	}
	return n
}
