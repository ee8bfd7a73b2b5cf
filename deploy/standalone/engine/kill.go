package engine

import (
	"context"
	"time"
)

// tagSetting carries a connection's tag, so that its running query can be found and killed: the
// library has no call that stops a statement from outside. The setting itself has meaning only for
// the NATS and Redis table engines, which nobody uses here.
const tagSetting = "stream_like_engine_insert_queue"

// killEvery is the pause between two tries: the first may come before the query is registered.
const killEvery = 50 * time.Millisecond

// killOnDone kills the connection's query when ctx ends, until the returned function is called.
func (c *Conn) killOnDone(ctx context.Context) (stop func()) {
	if ctx.Done() == nil {
		return func() {}
	}
	over := make(chan struct{})
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		select {
		case <-over:
		case <-ctx.Done():
			c.killUntil(over)
		}
	}()
	return func() { close(over); <-finished }
}

func (c *Conn) killUntil(over <-chan struct{}) {
	ticker := time.NewTicker(killEvery)
	defer ticker.Stop()
	for {
		c.engine.kill(c.tag)
		select {
		case <-over:
			return
		case <-ticker.C:
		}
	}
}

// kill marks the queries of a tag as cancelled. Its own failure is not reported: the caller tries again.
func (e *Engine) kill(tag string) {
	e.controlMu.Lock()
	defer e.controlMu.Unlock()
	_, _ = e.control.Exec(context.Background(), Statement{
		SQL:    "KILL QUERY WHERE Settings['" + tagSetting + "'] = {tag:String} ASYNC",
		Format: "Null",
		Params: []Param{{"tag", tag}},
	})
}
