package collector

import (
	"bytes"
	"sync"

	"github.com/gin-gonic/gin"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// bodies holds what requests with a body need for a moment. Decoding copies what it keeps.
type bodies struct{ pool sync.Pool }

type body struct {
	bytes.Buffer
	posted []event.Posted
}

func newBodies() *bodies {
	return &bodies{sync.Pool{New: func() any { return new(body) }}}
}

func (b *bodies) get() *body { return b.pool.Get().(*body) }

func (b *bodies) put(buf *body) {
	buf.Reset()
	clear(buf.posted)
	buf.posted = buf.posted[:0]
	b.pool.Put(buf)
}

// postEvents takes what beacons post: one event or a list of up to 50.
func (c *Collector) postEvents(g *gin.Context) {
	base := c.begin(g.Request)
	fillFromBrowser(&base, g.Request.Header)
	base.Witness = event.Beacon
	if p := c.chargeAddress(&base, 1, 0); p != nil {
		c.writeProblem(g.Writer, p)
		return
	}
	buf := c.bodies.get()
	defer c.bodies.put(buf)
	if p := readPlain(g.Writer, g.Request, &buf.Buffer); p != nil {
		c.writeProblem(g.Writer, p)
		return
	}
	good, t, p := c.judgeBody(buf, &base)
	if p == nil {
		ctx, cancel := c.publishContext(g.Request)
		defer cancel()
		p = c.publish(ctx, good)
	}
	if p != nil {
		c.writeProblem(g.Writer, p)
		return
	}
	t.Accepted = len(good)
	c.answer(g.Writer, t)
}

// judgeBody decodes and judges the events of a body. A problem means that the body as a whole
// cannot be used.
func (c *Collector) judgeBody(b *body, base *event.Event) ([]event.Event, *tally, *problem) {
	var plain bool
	if b.posted, plain = scanEvents(b.String(), b.posted); !plain {
		return c.judgeJSON(b.Bytes(), base)
	}
	if p := c.chargeAddress(base, len(b.posted)-1, 1); p != nil {
		return nil, nil, p
	}
	good, t := make([]event.Event, 0, len(b.posted)), &tally{}
	for i := range b.posted {
		good = c.judgeOne(good, t, i, &b.posted[i], base)
	}
	return good, t, nil
}

// judgeJSON is judgeBody for every form that JSON allows.
func (c *Collector) judgeJSON(body []byte, base *event.Event) ([]event.Event, *tally, *problem) {
	list, p := split(body)
	if p != nil {
		return nil, nil, p
	}
	if p := c.chargeAddress(base, len(list)-1, 1); p != nil {
		return nil, nil, p
	}
	good, t := make([]event.Event, 0, len(list)), &tally{}
	for i, raw := range list {
		var posted event.Posted
		err := decode(raw, &posted)
		if p := syntaxProblem(raw, err); p != nil { // the body was one event, not a list
			return nil, nil, p
		}
		if err != nil {
			t.reject(i, err)
			continue
		}
		good = c.judgeOne(good, t, i, &posted, base)
	}
	return good, t, nil
}

// judgeOne appends the event to the good ones, or notes what is wrong with it.
func (c *Collector) judgeOne(good []event.Event, t *tally, index int, posted *event.Posted, base *event.Event) []event.Event {
	good = append(good, *base)
	if err := c.judge(posted, &good[len(good)-1], false); err != nil {
		t.reject(index, err)
		return good[:len(good)-1]
	}
	return good
}

// chargeAddress takes n events from the bucket of the client's address, of which the request has
// taken spent before.
func (c *Collector) chargeAddress(base *event.Event, n, spent int) *problem {
	if wait, ok := c.limits.address(base.Address, base.Received, n, spent); !ok {
		return rateLimited("address", base.Address.String(), wait)
	}
	return nil
}
