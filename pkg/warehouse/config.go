package warehouse

import (
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/footfall-analytics/footfall/pkg/credentials"
)

// Config says where ClickHouse is and as whom to speak to it. Embed it with the prefix `clickhouse-`.
type Config struct {
	Addr         []string      `help:"ClickHouse, native protocol, HOST:PORT; several must lead to the same data, and the next is used while one is gone." default:"127.0.0.1:9000"`
	Database     string        `help:"Database that holds the tables." default:"default"`
	User         string        `help:"ClickHouse user." default:"default"`
	Password     string        `help:"Password of the ClickHouse user." placeholder:"PASSWORD"`
	PasswordFile string        `help:"File that holds the password instead, read again for every connection." type:"path" placeholder:"FILE"`
	Timeout      time.Duration `help:"How long a statement may stay without an answer." default:"5m"`

	TLS credentials.TLS `embed:""`
}

// Validate refuses settings that cannot work.
func (c Config) Validate() error {
	if len(c.Addr) == 0 {
		return errors.New("clickhouse-addr must name at least one server")
	}
	for _, a := range c.Addr {
		if _, _, err := net.SplitHostPort(a); err != nil {
			return fmt.Errorf("clickhouse-addr %q must be HOST:PORT, such as 127.0.0.1:9000", a)
		}
	}
	if c.Database == "" || c.User == "" {
		return errors.New("clickhouse-database and clickhouse-user must not be empty")
	}
	if c.Timeout <= 0 {
		return fmt.Errorf("clickhouse-timeout %s must be more than zero", c.Timeout)
	}
	if err := credentials.CheckPassword(setting+"-password", c.Password, c.PasswordFile); err != nil {
		return err
	}
	return c.TLS.Check(setting)
}
