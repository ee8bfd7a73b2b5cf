package consumer

import (
	"context"
	"sync"
)

// budget bounds the memory of all workers together. A worker takes a part before it fetches and settles
// for what has come. One that holds a batch never waits for more, it stores the batch first: so those
// who wait hold nothing, and those who hold something will give it back.
type budget struct {
	mu    sync.Mutex
	free  int64
	freed chan struct{} // closed, and made anew, whenever something was given back
}

func newBudget(bytes int64) *budget { return &budget{free: bytes, freed: make(chan struct{})} }

// try takes n bytes if anything is left at all: a part larger than the whole must get through too.
func (b *budget) try(n int64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.free <= 0 {
		return false
	}
	b.free -= n
	return true
}

// take waits until it can take n bytes or ctx ends.
func (b *budget) take(ctx context.Context, n int64) bool {
	for {
		b.mu.Lock()
		freed := b.freed
		b.mu.Unlock()
		if b.try(n) {
			return true
		}
		select {
		case <-freed:
		case <-ctx.Done():
			return false
		}
	}
}

// give gives n bytes back; a negative n takes what has come without having been asked for.
func (b *budget) give(n int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.free += n
	if n > 0 {
		close(b.freed)
		b.freed = make(chan struct{})
	}
}
