package chserver

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/footfall-analytics/footfall/deploy/standalone/engine"
	"github.com/footfall-analytics/footfall/deploy/standalone/engine/fetch"
)

// The engine can be opened once per process, so all tests share it and one server.
var shared *Server

const analystPassword = "look-only"

func TestMain(m *testing.M) {
	os.Exit(runAll(m))
}

func runAll(m *testing.M) int {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if dir := os.Getenv(childFolder); dir != "" {
		return runChild(dir, log)
	}
	dir, err := os.MkdirTemp("", "chserver")
	if err != nil {
		return failed(err)
	}
	defer os.RemoveAll(dir)
	e, s, err := serve(dir, log)
	if err != nil {
		return failed(err)
	}
	shared = s
	code := m.Run()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := s.Stop(ctx); err != nil {
		return failed(err)
	}
	if err := e.Close(ctx); err != nil {
		return failed(err)
	}
	return code
}

func failed(err error) int {
	fmt.Fprintln(os.Stderr, "FAIL:", err)
	return 1
}

// serve opens an engine on dir with a server on free ports.
func serve(dir string, log *slog.Logger) (*engine.Engine, *Server, error) {
	library, err := fetch.Library(context.Background(), log)
	if err != nil {
		return nil, nil, err
	}
	e, err := engine.Open(library, dir, engine.Options{})
	if err != nil {
		return nil, nil, err
	}
	c := DefaultConfig()
	c.NativeAddr, c.HTTPAddr = "127.0.0.1:0", "127.0.0.1:0"
	c.Users = append(c.Users, Analyst(analystPassword))
	s, err := New(e, c, log)
	if err != nil {
		return nil, nil, err
	}
	return e, s, s.Start()
}
