package spool

import "fmt"

// Config says where the spool lies and how large it may grow. Embed it with the prefix `spool-`.
type Config struct {
	Dir   string `help:"Folder for events while Kafka is slow or away, on a disk of this machine; one process each. Empty: no spool, such events get 503." type:"path" placeholder:"DIR"`
	Bytes int64  `help:"Most bytes in that folder; beyond it events get 503." default:"1073741824"`
}

// smallest is the least size that holds a few segments.
const smallest = 1 << 20

// On reports whether there is to be a spool.
func (c Config) On() bool { return c.Dir != "" }

// Validate refuses settings that cannot work.
func (c Config) Validate() error {
	if c.On() && c.Bytes < smallest {
		return fmt.Errorf("spool-bytes %d must be at least %d", c.Bytes, smallest)
	}
	return nil
}

// segmentBytes is when a segment is sealed: small beside the whole, since room comes back by segment.
func (c Config) segmentBytes() int64 { return min(8<<20, c.Bytes/16) }
