package consumer

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"strconv"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// intent is what stands beside a committed offset b. With an End, the records [b…End] may have been
// inserted or not; without, everything before b is stored and nothing behind it.
type intent struct {
	Version int    `json:"v"`
	End     *int64 `json:"end,omitempty"`
	Rows    int    `json:"n,omitempty"`
	Dead    int    `json:"dead,omitempty"`
	Epoch   uint64 `json:"epoch,string"`
	Mark    uint64 `json:"mark,string"`     // of the record at End, or before b; 0 when it is not known
	From    int64  `json:"from"`            // where the epoch began, or reading went on behind lost records
	Again   int64  `json:"again,omitempty"` // records before it had been stored once, and are stored again
	Salt    int    `json:"salt,omitempty"`  // generation that began to store them again
}

const intentVersion = 1

func (i intent) String() string {
	i.Version = intentVersion
	b, _ := json.Marshal(i) // numbers only
	return string(b)
}

// parseIntent reads the metadata of a commit. Without any, somebody else has committed the offset.
func parseIntent(metadata string) (i intent, ours bool, err error) {
	if metadata == "" {
		return intent{}, false, nil
	}
	if err := json.Unmarshal([]byte(metadata), &i); err != nil {
		return intent{}, false, fmt.Errorf("committed metadata %q is not an intent: %w", metadata, err)
	}
	if i.Version != intentVersion {
		return intent{}, false, fmt.Errorf("committed metadata %q has version %d, this consumer knows %d", metadata, i.Version, intentVersion)
	}
	return i, true, nil
}

// mark tells a record from another one that got the same offset in another life of the partition.
func mark(r event.Record) uint64 {
	h := fnv.New64a()
	var at [8]byte
	binary.LittleEndian.PutUint64(at[:], uint64(r.Time.UnixMilli()))
	_, _ = h.Write(at[:]) // a hash never fails
	_, _ = h.Write(r.Value)
	return max(1, h.Sum64())
}

// token names a block by what is in it: the same token is the same rows, whoever sends it.
type token struct {
	place       event.Place
	table       string
	first, last int64
	offsets     uint64
	salt        int // tells rows that have to be stored again from the same ones before
}

func newToken(p event.Place, salt int, table string, n int, offset func(int) int64) string {
	h := fnv.New64a()
	var b [8]byte
	for i := range n {
		binary.LittleEndian.PutUint64(b[:], uint64(offset(i)))
		_, _ = h.Write(b[:])
	}
	t := token{p, table, offset(0), offset(n - 1), h.Sum64(), salt}
	return t.String()
}

func (t token) String() string {
	return fmt.Sprintf("%s/%s/%d/%d/%d-%d/%s/%d", t.table, t.place.Stream, t.place.Partition, t.place.Epoch,
		t.first, t.last, strconv.FormatUint(t.offsets, 16), t.salt)
}
