package faults

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// token opens /v1/batch; it must never show in a log.
const token = "a-token-that-no-log-may-show"

const site = "faults"

// request is one post of the load: what is sent, and the events in it, by line.
type request struct {
	batch  bool
	body   string
	client netip.Addr // of a single event
	events []*sent
	rogue  bool // has a line that must be refused
}

// draw makes the n-th request of a seed: always the same one, whoever sends it and when.
func draw(seed, n uint64, began time.Time) *request {
	r := rand.New(rand.NewPCG(seed, n))
	if r.IntN(10) < 4 {
		return single(r, seed, n)
	}
	q := &request{batch: true}
	var lines []string
	add := func(e *sent, line string) {
		q.events, lines = append(q.events, e), append(lines, line)
	}
	for i := range 1 + r.IntN(30) {
		add(view(r, seed, n, i, began))
	}
	for i := range r.IntN(4) { // of views around this one: some are not sent yet
		add(ping(r, seed, n, i, began))
	}
	if q.rogue = r.IntN(8) == 0; q.rogue {
		add(rogue(r, seed, n))
	}
	r.Shuffle(len(lines), func(i, j int) {
		lines[i], lines[j] = lines[j], lines[i]
		q.events[i], q.events[j] = q.events[j], q.events[i]
	})
	q.body = strings.Join(lines, "\n")
	return q
}

// idOf makes the id of the i-th event of the n-th request; what tells views, pings and rogues apart.
func idOf(seed, n uint64, what byte, i int) (id event.ID) {
	binary.BigEndian.PutUint32(id[0:], uint32(seed))
	binary.BigEndian.PutUint64(id[4:], n)
	id[12], id[13] = what, 0xfa
	binary.BigEndian.PutUint16(id[14:], uint16(i))
	return id
}

// address draws one of few, so that they have several views each; all are for documentation.
func address(r *rand.Rand) netip.Addr {
	if r.IntN(3) == 0 {
		return netip.MustParseAddr(fmt.Sprintf("2001:db8:fa17::%x", 0x1000+r.IntN(20)))
	}
	return netip.AddrFrom4([4]byte{203, 0, 113, byte(100 + r.IntN(40))})
}

// instant draws a time: most are of the last minutes, some an hour or up to five days late.
func instant(r *rand.Rand, began time.Time) time.Time {
	late := time.Duration(r.IntN(600)) * time.Second
	switch r.IntN(10) {
	case 0:
		late += time.Hour
	case 1:
		late += 24 * time.Hour
	case 2:
		late += 5 * 24 * time.Hour
	}
	return began.Add(-late).UTC().Truncate(time.Millisecond)
}

func single(r *rand.Rand, seed, n uint64) *request {
	e := &sent{id: idOf(seed, n, 'v', 0), kind: event.Pageview, ip: address(r)}
	e.view = e.id
	return &request{client: e.ip, events: []*sent{e}, body: text(map[string]any{
		"site": site, "type": "pageview", "url": "http://faults.example/" + page(r), "event_id": e.id.String(),
	})}
}

func view(r *rand.Rand, seed, n uint64, i int, began time.Time) (*sent, string) {
	e := &sent{id: idOf(seed, n, 'v', i), kind: event.Pageview, ip: address(r), at: instant(r, began)}
	e.view = e.id
	return e, text(map[string]any{
		"site": site, "type": "pageview", "url": "http://faults.example/" + page(r), "event_id": e.id.String(),
		"address": e.ip.String(), "time": e.at.Format(time.RFC3339Nano), "user_agent": "Mozilla/5.0 (faults)",
	})
}

// ping tells of the first view of a request near this one; every request has one.
func ping(r *rand.Rand, seed, n uint64, i int, began time.Time) (*sent, string) {
	of := max(0, int64(n)+int64(r.IntN(9))-4)
	e := &sent{id: idOf(seed, n, 'p', i), view: idOf(seed, uint64(of), 'v', 0), kind: event.Engagement, ip: address(r), at: instant(r, began)}
	return e, text(map[string]any{
		"site": site, "type": "engagement", "url": "http://faults.example/", "event_id": e.id.String(), "view_id": e.view.String(),
		"address": e.ip.String(), "time": e.at.Format(time.RFC3339Nano), "engaged_ms": r.IntN(60_000),
	})
}

// rogue is a line that every collector has to refuse.
func rogue(r *rand.Rand, seed, n uint64) (*sent, string) {
	e := &sent{id: idOf(seed, n, 'r', 0), ip: address(r)}
	head := fmt.Sprintf(`{"site":%q,"type":"pageview","event_id":%q,"address":%q,`, site, e.id, e.ip)
	return e, head + []string{
		`"url":"http://faults.example/","scroll_pct":101}`,
		`"url":"ftp://faults.example/"}`,
		`"url":"http://faults.example/","title":"a\u0000b"}`,
		"\"url\":\"http://faults.example/\",\"title\":\"\xff\xfe\"}",
		`"url":"http://faults.example/","props":{"x":` + strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001) + `}}`,
		`"url":"http://faults.example/`,
	}[r.IntN(6)]
}

func page(r *rand.Rand) string { return fmt.Sprintf("page-%d", r.IntN(12)) }

func text(fields map[string]any) string {
	b, err := json.Marshal(fields)
	if err != nil {
		panic(err) // of strings and numbers: it cannot
	}
	return string(b)
}
