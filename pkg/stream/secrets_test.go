package stream

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

// A password that goes out readable is worth one line, which does not hold it.
func TestReadablePasswordIsWarnedAbout(t *testing.T) {
	f := func(cfg Config, lines int) {
		t.Helper()
		var log bytes.Buffer
		cfg.warn(slog.New(slog.NewTextHandler(&log, nil)))
		if strings.Count(log.String(), "\n") != lines || strings.Contains(log.String(), "hunter2") {
			t.Errorf("%s: logged %q, want %d lines", cfg.Login.SASL, &log, lines)
		}
	}
	cfg := Config{Login: Login{SASL: "plain", User: "u", Password: "hunter2"}}
	f(Config{}, 0)
	f(cfg, 1)
	cfg.TLS.On = true
	f(cfg, 0)
	cfg.TLS.On, cfg.Login.SASL = false, "scram-sha-256"
	f(cfg, 0)
}
