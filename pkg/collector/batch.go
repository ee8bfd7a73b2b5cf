package collector

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// chunkLines is how many events of a batch are published together.
const chunkLines = 1000

// smallestLine is about the least that an event takes in JSON.
const smallestLine = 40

// postBatch takes NDJSON from the holder of a server token. The batch is read and counted before
// anything of it is published, so a batch that is too large leaves nothing behind.
func (c *Collector) postBatch(g *gin.Context) {
	base := c.begin(g.Request)
	if !c.tokens.allow(g.Request) {
		p := c.chargeAddress(&base, 1, 0) // guessing tokens has a price
		if p == nil {
			p = unauthorized()
		}
		c.writeProblem(g.Writer, p)
		return
	}
	release, p := c.enterBatch(g.Request.Context())
	if p != nil {
		c.writeProblem(g.Writer, p)
		return
	}
	defer release()
	var buf bytes.Buffer
	if p = readBatch(g.Writer, g.Request, &buf); p == nil {
		p = checkLines(buf.Bytes())
	}
	var t *tally
	if p == nil {
		ctx, cancel := c.publishContext(g.Request)
		defer cancel()
		t, p = c.takeLines(ctx, buf.Bytes(), &base)
	}
	if p != nil {
		c.writeProblem(g.Writer, p)
		return
	}
	c.answer(g.Writer, t)
}

// enterBatch waits until one more batch fits into memory.
func (c *Collector) enterBatch(ctx context.Context) (release func(), p *problem) {
	ctx, cancel := context.WithTimeout(ctx, c.publishTimeout)
	defer cancel()
	select {
	case c.batches <- struct{}{}:
		return func() { <-c.batches }, nil
	case <-ctx.Done():
		return nil, unavailable("too many batches at once: send it again after the time in Retry-After")
	}
}

func checkLines(body []byte) *problem {
	events := 0
	for line := range bytes.Lines(body) {
		if len(bytes.TrimSpace(line)) > 0 {
			events++
		}
	}
	if events == 0 {
		return badBody("", "must hold at least one line")
	}
	if events > maxLines {
		return tooLarge("body", strconv.Itoa(events)+" lines", fmt.Sprintf("must hold at most %d events: send it in parts", maxLines))
	}
	return nil
}

// takeLines judges a batch line by line and publishes the good events in chunks. When a chunk is not
// acknowledged the rest is not tried, and the problem says how many events were accepted before.
func (c *Collector) takeLines(ctx context.Context, body []byte, base *event.Event) (*tally, *problem) {
	t, chunk, index := &tally{}, []event.Event(nil), -1
	flush := func() *problem {
		p := c.publish(ctx, chunk)
		if p == nil {
			t.Accepted += len(chunk)
		}
		chunk = nil // the publisher's
		return p
	}
	for line := range bytes.Lines(body) {
		index++
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		if chunk == nil {
			chunk = make([]event.Event, 0, min(chunkLines, 1+len(body)/smallestLine))
		}
		chunk = append(chunk, *base)
		if err := c.judgeLine(line, &chunk[len(chunk)-1]); err != nil {
			t.reject(index, err)
			chunk = chunk[:len(chunk)-1]
			continue
		}
		if len(chunk) == chunkLines {
			if p := flush(); p != nil {
				return nil, c.interrupted(p, t)
			}
		}
	}
	if p := flush(); p != nil {
		return nil, c.interrupted(p, t)
	}
	return t, nil
}

// interrupted adds what was already done to the problem that stopped a batch.
func (c *Collector) interrupted(p *problem, t *tally) *problem {
	c.metrics.count(resultAccepted, "ok", t.Accepted)
	c.countRejected(t)
	p.tally = t
	return p
}

func (c *Collector) judgeLine(line []byte, e *event.Event) error {
	if len(line) > maxBody {
		return event.NewInvalid("line", string(line[:maxBody]), event.ReasonTooLong, "must have at most "+strconv.Itoa(maxBody)+" bytes")
	}
	if !utf8.Valid(line) {
		return event.NewInvalid("line", string(bytes.ToValidUTF8(line, []byte("\uFFFD"))), event.ReasonBadText, fmt.Sprintf("is not valid UTF-8 at byte %d", invalidUTF8(line)))
	}
	var posted event.Posted
	if scanEvent(string(line), &posted) {
		return c.judge(&posted, e, true)
	}
	posted = event.Posted{}
	err := decode(line, &posted)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		err = event.NewInvalid("line", string(line), event.ReasonMalformed, fmt.Sprintf("is not valid JSON: the error is at byte %d", syntax.Offset))
	}
	if err != nil {
		return err
	}
	return c.judge(&posted, e, true)
}
