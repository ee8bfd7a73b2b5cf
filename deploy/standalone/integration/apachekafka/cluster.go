package apachekafka

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/ports"
)

// StartCluster starts several nodes that are brokers and controllers of one cluster, each with a small
// heap. They notice a dead one after three seconds.
func StartCluster(ctx context.Context, dir string, size int) ([]*Broker, error) {
	nodes := make([]node, size)
	for i := range nodes {
		nodes[i] = node{ID: i + 1, Replication: size, Quick: true, heap: "256m"}
	}
	return start(ctx, dir, nodes...)
}

// start starts the nodes of one cluster side by side; they need each other to begin.
func start(ctx context.Context, dir string, nodes ...node) ([]*Broker, error) {
	classpath, err := libraries(ctx)
	if err != nil {
		return nil, err
	}
	brokers := make([]*Broker, len(nodes))
	var voters []string
	for i, n := range nodes {
		for _, addr := range []*string{&n.Addr, &n.Controller} {
			if *addr, err = ports.Free(); err != nil {
				return nil, err
			}
		}
		voters = append(voters, fmt.Sprintf("%d@%s", n.ID, n.Controller))
		brokers[i] = &Broker{node: n, dir: filepath.Join(dir, fmt.Sprint(n.ID)), classpath: classpath}
	}
	id, errs := clusterID(), make([]error, len(nodes))
	var starting sync.WaitGroup
	for i, b := range brokers {
		b.node.Voters = strings.Join(voters, ",")
		starting.Go(func() { errs[i] = b.first(ctx, id) })
	}
	starting.Wait()
	if err := errors.Join(errs...); err != nil {
		for _, b := range brokers {
			b.Stop()
		}
		return nil, err
	}
	return brokers, nil
}
