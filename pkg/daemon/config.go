package daemon

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"time"
)

// Config holds what every process has.
type Config struct {
	LogLevel    slog.Level    `help:"Least severe level that is logged: DEBUG, INFO, WARN or ERROR." default:"INFO"`
	StopTimeout time.Duration `help:"How long an ordered stop may take." default:"30s"`
	AdminAddr   string        `help:"Address of /healthz, /readyz and /metrics; empty turns them off." default:"127.0.0.1:8082"`
}

// Validate refuses settings that cannot work.
func (c Config) Validate() error {
	if c.StopTimeout <= 0 {
		return fmt.Errorf("stop-timeout %s must be more than zero", c.StopTimeout)
	}
	if c.AdminAddr == "" {
		return nil
	}
	return CheckAddr("admin-addr", c.AdminAddr)
}

// CheckAddr checks that a setting names a host and a port to listen on.
func CheckAddr(setting, addr string) error {
	if _, _, err := net.SplitHostPort(addr); err != nil {
		return fmt.Errorf("%s %q must be HOST:PORT, such as 127.0.0.1:8081", setting, addr)
	}
	return nil
}

// NewLogger writes JSON lines to w.
func NewLogger(w io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level}))
}
