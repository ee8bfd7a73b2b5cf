package apachekafka

import "context"

// Listener is one more plain listener of a node. Clients follow the address that it advertises, so that
// something else can stand in between.
type Listener struct{ Name, Addr, Advertised string }

// StartBehind is Start with more listeners.
func StartBehind(ctx context.Context, dir string, listeners ...Listener) (*Broker, error) {
	brokers, err := start(ctx, dir, node{ID: 1, Replication: 1, Behind: listeners})
	if err != nil {
		return nil, err
	}
	return brokers[0], nil
}
