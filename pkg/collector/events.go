package collector

import (
	"bytes"
	"sync"

	"github.com/gin-gonic/gin"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// bodies holds the buffers of request bodies. Decoding copies what it keeps.
type bodies struct{ pool sync.Pool }

func newBodies() *bodies {
	return &bodies{sync.Pool{New: func() any { return new(bytes.Buffer) }}}
}

func (b *bodies) get() *bytes.Buffer { return b.pool.Get().(*bytes.Buffer) }

func (b *bodies) put(buf *bytes.Buffer) {
	buf.Reset()
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
	if p := readPlain(g.Writer, g.Request, buf); p != nil {
		c.writeProblem(g.Writer, p)
		return
	}
	good, t, p := c.judgeBody(buf.Bytes(), &base)
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
func (c *Collector) judgeBody(body []byte, base *event.Event) ([]event.Event, *tally, *problem) {
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
		var e event.Event
		if err == nil {
			e, err = c.judge(&posted, base, false)
		}
		if err != nil {
			t.reject(i, err)
			continue
		}
		good = append(good, e)
	}
	return good, t, nil
}

// chargeAddress takes n events from the bucket of the client's address, of which the request has
// taken spent before.
func (c *Collector) chargeAddress(base *event.Event, n, spent int) *problem {
	if wait, ok := c.limits.address(base.Address, base.Received, n, spent); !ok {
		return rateLimited("address", base.Address.String(), wait)
	}
	return nil
}
