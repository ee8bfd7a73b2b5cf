package rollup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"
)

const (
	outgoingTimeout  = 10 * time.Second
	outgoingRedirect = 2
	outgoingAnswer   = 64 << 10 // bytes of an answer that are read, so that the connection can be used again
)

// outgoingURL refuses what the service must not call: a URL is https, or http to this machine.
func outgoingURL(setting, raw string) error {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" {
		return fmt.Errorf("%s %q must be a URL such as https://example.com/hook", setting, raw)
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())) {
		return fmt.Errorf("%s %q must begin with https://; http:// is for this machine only", setting, raw)
	}
	return nil
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// newOutgoing makes a client for https anywhere and for http to this machine. It follows redirects only
// within one host and never down to http, and holds the address of plain http against what the name
// resolves to.
func newOutgoing() *http.Client {
	secure := http.DefaultTransport.(*http.Transport).Clone()
	local := secure.Clone()
	local.Proxy = nil
	local.DialContext = (&net.Dialer{Timeout: outgoingTimeout, Control: onlyLoopback}).DialContext
	return &http.Client{Timeout: outgoingTimeout, Transport: byScheme{secure, local}, CheckRedirect: sameHost}
}

// byScheme sends https one way and http another.
type byScheme struct{ secure, local *http.Transport }

func (b byScheme) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme == "https" {
		return b.secure.RoundTrip(r)
	}
	return b.local.RoundTrip(r)
}

func onlyLoopback(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !at.Addr().IsLoopback() {
		return fmt.Errorf("dial %s without TLS: it is not this machine", address)
	}
	return nil
}

func sameHost(r *http.Request, via []*http.Request) error {
	first := via[0].URL
	if r.URL.Host != first.Host || r.URL.Scheme != first.Scheme {
		return fmt.Errorf("redirect to %s://%s is not followed", r.URL.Scheme, r.URL.Host)
	}
	if len(via) > outgoingRedirect {
		return errors.New("too many redirects")
	}
	return nil
}

// call sends a request; any 2xx is a success. The address may hold a secret, so that errors name only
// its host.
func call(ctx context.Context, client *http.Client, method, address string, body io.Reader) error {
	r, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return errors.New("the address is no URL")
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("User-Agent", "footfall")
	answer, err := client.Do(r)
	if err != nil {
		var outer *url.Error
		if errors.As(err, &outer) {
			err = outer.Err
		}
		return fmt.Errorf("call %s: %w", r.URL.Host, err)
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(answer.Body, outgoingAnswer)); err != nil {
		return fmt.Errorf("read answer of %s: %w", r.URL.Host, err)
	}
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("call %s: it answered %s", r.URL.Host, answer.Status)
	}
	return nil
}

// CloseIdleConnections is what a client asks of its transport.
func (b byScheme) CloseIdleConnections() {
	b.secure.CloseIdleConnections()
	b.local.CloseIdleConnections()
}
