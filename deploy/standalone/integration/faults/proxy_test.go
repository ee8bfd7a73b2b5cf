package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// faultProxy stands between a service and what it talks to.
type faultProxy struct{ proxy *toxiproxy.Proxy }

// Directions of a toxic: to the server, and back to the client.
const (
	up   = "upstream"
	down = "downstream"
)

// toxics are the attributes of a toxic, by their JSON names.
type toxics map[string]any

func startProxy(name, listen, upstream string) (*faultProxy, error) {
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	p := toxiproxy.NewProxy(server, name, listen, upstream)
	if err := p.Start(); err != nil {
		return nil, fmt.Errorf("start proxy %s on %s: %w", name, listen, err)
	}
	return &faultProxy{p}, nil
}

func (p *faultProxy) addr() string { return p.proxy.Listen }

// add puts a toxic on every connection, present and future.
func (p *faultProxy) add(t testing.TB, kind, direction string, toxicity float32, attributes toxics) {
	t.Helper()
	text, err := json.Marshal(map[string]any{
		"name": kind + "-" + direction, "type": kind, "stream": direction, "toxicity": toxicity, "attributes": attributes,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.proxy.Toxics.AddToxicJson(bytes.NewReader(text)); err != nil {
		t.Fatalf("add %s: %v", text, err)
	}
}

// hold lets nothing through in a direction, without closing anything: a half-open network.
func (p *faultProxy) hold(t testing.TB, direction string) {
	t.Helper()
	p.add(t, "timeout", direction, 1, toxics{"timeout": 0})
}

// heal takes all toxics away. Connections that were held are closed by it: what they held is lost.
func (p *faultProxy) heal() { p.proxy.Toxics.ResetToxics(context.Background()) }

// cut ends all connections and refuses new ones until mend.
func (p *faultProxy) cut() { p.proxy.Stop() }

func (p *faultProxy) mend() error { return p.proxy.Start() }
