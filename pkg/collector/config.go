package collector

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/footfall-analytics/footfall/pkg/beacon"
	"github.com/footfall-analytics/footfall/pkg/daemon"
	"github.com/footfall-analytics/footfall/pkg/proxies"
)

// Config holds the collector's settings.
type Config struct {
	beacon.Config `embed:""`

	CollectorAddr  string `help:"Address that browsers, shippers and servers post to." default:"127.0.0.1:8081"`
	MaxConnections int    `help:"Connections that are served at once, half of them of one address (/64 for IPv6); more wait." default:"4096"`

	Token     []string `help:"Server token that opens /v1/batch, 16 characters or more; repeatable." placeholder:"TOKEN"`
	TokenFile string   `help:"File with one server token a line; # starts a comment." type:"path" placeholder:"FILE"`

	TrustedProxies  []string `help:"Addresses or CIDRs of the proxies in front, whose forwarded header is believed." placeholder:"CIDR"`
	ForwardedHeader string   `help:"The one header in which those proxies name the client, such as X-Forwarded-For." placeholder:"NAME"`

	RateAddress Rate `help:"Events a second, and burst, that one address (/64 for IPv6) may post without a token; 0 = no limit." default:"50:200"`
	RateSite    Rate `help:"Events a second, and burst, that are taken for one site without a token; 0 = no limit." default:"5000:20000"`

	AddressKey     string `help:"Secret from which the daily keys of privacy mode 'keyed' are derived, 16 characters or more; the same for all collectors." placeholder:"SECRET"`
	AddressKeyFile string `help:"File with that secret." type:"path" placeholder:"FILE"`

	PublishTimeout time.Duration `help:"How long an answer waits for the acknowledgement before it is 503." default:"5s"`
	BatchesAtOnce  int           `help:"Batches that are held in memory at once, each up to 16 MB; more wait." default:"8"`
	Demo           bool          `help:"Serve the demo pages under /demo." default:"true" negatable:""`
}

// Rate is a token bucket: so many a second, so many at once. The zero Rate is no limit.
type Rate struct {
	PerSecond float64
	Burst     int
}

// UnmarshalText reads "50:200" (50 a second, bursts of 200), "50" (bursts of 50) or "0" (no limit).
func (r *Rate) UnmarshalText(text []byte) error {
	perSecond, burst, given := strings.Cut(string(text), ":")
	f, err := strconv.ParseFloat(perSecond, 64)
	if err != nil || !(f >= 0 && f <= 1e9) {
		return fmt.Errorf("rate %q must be EVENTS_A_SECOND or EVENTS_A_SECOND:BURST, such as 50:200", text)
	}
	n := int(max(f, 1))
	if given {
		if n, err = strconv.Atoi(burst); err != nil || n < 1 {
			return fmt.Errorf("burst in rate %q must be a whole number from 1", text)
		}
	}
	*r = Rate{}
	if f > 0 {
		*r = Rate{PerSecond: f, Burst: n}
	}
	return nil
}

// longestPublish keeps the answer within the server's write timeout.
const longestPublish = 30 * time.Second

// shortestSecret is the least length of tokens and of the address key, in bytes.
const shortestSecret = 16

// Validate refuses settings that cannot work.
func (c Config) Validate() error {
	_, err := c.parse()
	return err
}

// parsed holds the settings that have a form of their own.
type parsed struct {
	tokens     tokens
	proxies    proxies.Trusted
	addressKey []byte
}

func (c Config) parse() (p parsed, err error) {
	if err := daemon.CheckAddr("collector-addr", c.CollectorAddr); err != nil {
		return p, err
	}
	if err := c.Config.Validate(); err != nil {
		return p, err
	}
	if c.MaxConnections < 1 {
		return p, fmt.Errorf("max-connections %d must be at least 1", c.MaxConnections)
	}
	if c.BatchesAtOnce < 1 {
		return p, fmt.Errorf("batches-at-once %d must be at least 1", c.BatchesAtOnce)
	}
	if c.PublishTimeout <= 0 || c.PublishTimeout > longestPublish {
		return p, fmt.Errorf("publish-timeout %s must lie above 0 and at most at %s", c.PublishTimeout, longestPublish)
	}
	if p.tokens, err = c.parseTokens(); err != nil {
		return p, err
	}
	if p.proxies, err = c.parseProxies(); err != nil {
		return p, err
	}
	p.addressKey, err = c.parseAddressKey()
	return p, err
}

// parseTokens never shows a token in an error.
func (c Config) parseTokens() (tokens, error) {
	given := c.Token
	if c.TokenFile != "" {
		content, err := os.ReadFile(c.TokenFile)
		if err != nil {
			return nil, fmt.Errorf("read token-file: %w", err)
		}
		for line := range bytes.Lines(content) {
			if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
				given = append(given[:len(given):len(given)], string(line))
			}
		}
	}
	for i, t := range given {
		if len(t) < shortestSecret || strings.ContainsAny(t, " \t\r\n") {
			return nil, fmt.Errorf("server token %d must have at least %d characters and no spaces", i+1, shortestSecret)
		}
	}
	return newTokens(given), nil
}

func (c Config) parseAddressKey() ([]byte, error) {
	key := c.AddressKey
	if c.AddressKeyFile != "" {
		if key != "" {
			return nil, errors.New("address-key and address-key-file are both set: choose one")
		}
		content, err := os.ReadFile(c.AddressKeyFile)
		if err != nil {
			return nil, fmt.Errorf("read address-key-file: %w", err)
		}
		key = strings.TrimSpace(string(content))
		if key == "" {
			return nil, fmt.Errorf("address-key-file %s is empty", c.AddressKeyFile)
		}
	}
	if key != "" && len(key) < shortestSecret {
		return nil, fmt.Errorf("address-key must have at least %d characters", shortestSecret)
	}
	return []byte(key), nil
}

func (c Config) parseProxies() (proxies.Trusted, error) {
	if (len(c.TrustedProxies) == 0) != (c.ForwardedHeader == "") {
		return nil, errors.New("trusted-proxies and forwarded-header work together: set both or neither")
	}
	if strings.EqualFold(c.ForwardedHeader, "Forwarded") || strings.ContainsAny(c.ForwardedHeader, " \t\r\n:,") {
		return nil, fmt.Errorf("forwarded-header %q must name a header that holds bare addresses, such as X-Forwarded-For", c.ForwardedHeader)
	}
	trusted := make(proxies.Trusted, 0, len(c.TrustedProxies))
	for _, s := range c.TrustedProxies {
		p, err := proxies.Parse(strings.TrimSpace(s))
		if err != nil {
			return nil, fmt.Errorf("trusted-proxies entry %q must be an address or a CIDR, such as 10.0.0.0/8", s)
		}
		trusted = append(trusted, p)
	}
	return trusted, nil
}
