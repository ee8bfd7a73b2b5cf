package kafka

import (
	"fmt"
	"net"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// incarnation is kfake from one start to the next.
type incarnation struct {
	*kfake.Cluster
	health *health
}

// open starts kfake. A log that ends with a piece of an entry is written anew before: kfake does so when it
// is closed.
func (b *Broker) open() (*incarnation, error) {
	i, err := b.load()
	if err == nil && i.health.torn {
		i.Close()
		i, err = b.load()
	}
	if err == nil && i.health.torn {
		i.Close()
		err = fmt.Errorf("a log in %s ends with a piece of an entry and cannot be written anew: is there room?", b.cfg.DataDir)
	}
	if err != nil {
		return nil, fmt.Errorf("start the embedded kafka on %s in %s: %w", b.cfg.Addr, b.cfg.DataDir, err)
	}
	return i, nil
}

func (b *Broker) load() (*incarnation, error) {
	h := newHealth()
	cluster, err := kfake.NewCluster(
		kfake.NumBrokers(1), kfake.ListenFn(func(network, _ string) (net.Listener, error) {
			l, err := net.Listen(network, b.cfg.Addr) // instead of kfake's address, which is always on 127.0.0.1
			return listener{l, h}, err
		}),
		kfake.DataDir(b.cfg.DataDir), kfake.SyncWrites(),
		kfake.DefaultNumPartitions(partitions), kfake.ClusterID("footfall-standalone"),
		kfake.WithLogger(logger{b.log, h}),
	)
	if err != nil {
		return nil, err
	}
	cluster.ControlKey(int16(kmsg.JoinGroup), hurry)
	return &incarnation{cluster, h}, nil
}

// Close lets no answer out any more: what kfake does while it closes is not on disk before it has closed.
func (i *incarnation) Close() {
	i.health.fail()
	i.Cluster.Close()
}

// reopenAfter is the pause before kfake is started again.
const reopenAfter = time.Second

// keep closes kfake when Stop says so. When kfake could not write something, it is closed and started
// again from what is on disk.
func (b *Broker) keep(i *incarnation) {
	for {
		select {
		case <-b.quit:
			i.Close()
			return
		case <-i.health.failed:
		}
		b.log.Error("the embedded kafka cannot write, it starts again from what is on disk", "folder", b.cfg.DataDir)
		i.Close()
		if i = b.reopen(); i == nil {
			return
		}
	}
}

// reopen starts kfake until that works, or Stop comes first.
func (b *Broker) reopen() *incarnation {
	for {
		select {
		case <-b.quit:
			return nil
		case <-time.After(reopenAfter):
		}
		i, err := b.open()
		if err == nil {
			return i
		}
		b.log.Error("the embedded kafka cannot start again yet", "error", err)
	}
}

// maxRebalance bounds how long a group waits for the members that have to join again.
const maxRebalance = 5 * time.Second

// hurry shortens the wait of a group for its members. With each member that joins kfake lets it begin anew:
// three members that give up waiting and join again, one after the other, would wait for ever for one that
// is gone.
func hurry(r kmsg.Request) (kmsg.Response, error, bool) { //nolint:revive // kfake's order of results
	if join, ok := r.(*kmsg.JoinGroupRequest); ok {
		join.RebalanceTimeoutMillis = min(join.RebalanceTimeoutMillis, int32(maxRebalance.Milliseconds()))
	}
	return nil, nil, false
}
