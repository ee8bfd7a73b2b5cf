package mail

import (
	"errors"
	"fmt"
	"net/mail"
	"net/netip"
	"strings"

	"github.com/footfall-analytics/footfall/pkg/credentials"
)

// How a connection becomes safe.
const (
	starttls = "starttls"
	implicit = "implicit"
	none     = "none"
)

// Config names the mail server. Embed it with a prefix that ends in `mail-`.
type Config struct {
	Server       string `help:"Mail server to send by; empty: no mail is sent." placeholder:"HOST"`
	Port         int    `help:"Its port; 0: 587 with starttls, 465 with implicit, 25 with none."`
	TLS          string `name:"tls" help:"How the connection becomes safe: starttls, implicit, or none, which is for a server on this machine." enum:"starttls,implicit,none" default:"starttls"`
	CAFile       string `name:"ca-file" help:"PEM file of the authorities that sign its certificate; without it, those that this machine trusts." type:"path" placeholder:"FILE"`
	User         string `help:"User to sign in as; empty: nobody." placeholder:"NAME"`
	PasswordFile string `help:"File of the user's password." type:"path" placeholder:"FILE"`
	From         string `help:"Sender of the messages, such as 'Footfall <reports@example.com>'." placeholder:"ADDRESS"`
}

// On reports whether mail is sent.
func (c Config) On() bool { return c.Server != "" }

// Validate refuses settings that cannot work.
func (c Config) Validate() error {
	if !c.On() {
		if c.User != "" || c.PasswordFile != "" || c.From != "" || c.CAFile != "" {
			return errors.New("mail-user, mail-password-file, mail-ca-file and mail-from need mail-server: name it")
		}
		return nil
	}
	if strings.ContainsAny(c.Server, ":/@ \t\r\n") && !isAddress(c.Server) {
		return fmt.Errorf("mail-server %q must be a host without port, such as mail.example.com", c.Server)
	}
	if c.Port < 0 || c.Port > 65535 {
		return fmt.Errorf("mail-port %d must be between 1 and 65535, or 0", c.Port)
	}
	if c.TLS == none && !isLoopback(c.Server) {
		return fmt.Errorf("mail-tls %q is for a mail-server on loopback only: %q would get passwords and reports in the clear", c.TLS, c.Server)
	}
	return c.validateWho()
}

func (c Config) validateWho() error {
	if (c.User == "") != (c.PasswordFile == "") {
		return fmt.Errorf("mail-user %q and mail-password-file %q go together", c.User, c.PasswordFile)
	}
	if err := credentials.CheckPassword("mail-password", "", c.PasswordFile); err != nil {
		return err
	}
	if _, err := ParseAddress(c.From); err != nil {
		return fmt.Errorf("mail-from: %w", err)
	}
	_, err := c.trust()
	return err
}

func (c Config) port() int {
	switch {
	case c.Port != 0:
		return c.Port
	case c.TLS == implicit:
		return 465
	case c.TLS == none:
		return 25
	}
	return 587
}

func isAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// ParseAddress reads one address, with or without a name.
func ParseAddress(text string) (*mail.Address, error) {
	if strings.ContainsFunc(text, isControl) {
		return nil, fmt.Errorf("address %q must not hold control characters", text)
	}
	a, err := mail.ParseAddress(text)
	if err != nil {
		return nil, fmt.Errorf("address %q must be one such as anna@example.com: %w", text, err)
	}
	return a, nil
}

func isControl(r rune) bool {
	return r < ' ' || r == 0x7f || r == '\u0085' || r == '\u2028' || r == '\u2029'
}
