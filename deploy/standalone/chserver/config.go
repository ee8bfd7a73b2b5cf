package chserver

import (
	"fmt"
	"net/netip"
	"time"
)

// Config of the server.
type Config struct {
	NativeAddr string // host:port of the native protocol; port 0 takes a free one
	HTTPAddr   string // host:port of the HTTP interface
	Users      []User

	MaxClients       int           // connections at the same time, both protocols together
	MaxDocumentBytes int           // result of a format that has to be built whole, such as JSON or Parquet
	MaxQueryBytes    int           // text of a statement without an insert's data
	HandshakeTimeout time.Duration // for a client to say who it is
	ClientTimeout    time.Duration // for a client to take a part of a result, or to send one of a request's body
}

// DefaultConfig listens on the usual ports of this machine only.
func DefaultConfig() Config {
	return Config{
		NativeAddr:       "127.0.0.1:9000",
		HTTPAddr:         "127.0.0.1:8123",
		Users:            []User{{Name: "default"}},
		MaxClients:       256,
		MaxDocumentBytes: 1 << 30,
		MaxQueryBytes:    16 << 20,
		HandshakeTimeout: 10 * time.Second,
		ClientTimeout:    time.Minute,
	}
}

// Validate reports the first setting that the server cannot run with.
func (c Config) Validate() error {
	if len(c.Users) == 0 {
		return fmt.Errorf("validate ClickHouse settings: no users")
	}
	for _, n := range []struct {
		name  string
		value int
	}{{"MaxClients", c.MaxClients}, {"MaxDocumentBytes", c.MaxDocumentBytes}, {"MaxQueryBytes", c.MaxQueryBytes}} {
		if n.value <= 0 {
			return fmt.Errorf("validate ClickHouse settings: %s is %d, want more than 0", n.name, n.value)
		}
	}
	if c.HandshakeTimeout <= 0 || c.ClientTimeout <= 0 {
		return fmt.Errorf("validate ClickHouse settings: timeouts %v and %v, want more than 0", c.HandshakeTimeout, c.ClientTimeout)
	}
	return c.validateUsers()
}

func (c Config) validateUsers() error {
	seen := make(map[string]bool)
	for _, u := range c.Users {
		if u.Name == "" || seen[u.Name] {
			return fmt.Errorf("validate ClickHouse settings: user name %q is empty or used twice", u.Name)
		}
		seen[u.Name] = true
		if u.Password != "" {
			continue
		}
		for _, addr := range []string{c.NativeAddr, c.HTTPAddr} {
			if !loopback(addr) {
				return fmt.Errorf("validate ClickHouse settings: user %q has no password, which is allowed only on a loopback address, not on %q", u.Name, addr)
			}
		}
	}
	return nil
}

// loopback says whether an address can be reached from this machine only.
func loopback(addr string) bool {
	a, err := netip.ParseAddrPort(addr)
	return err == nil && a.Addr().Unmap().IsLoopback()
}
