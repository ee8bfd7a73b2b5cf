package chserver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	chproto "github.com/ClickHouse/ch-go/proto"

	"github.com/footfall-analytics/footfall/deploy/standalone/chserver/block"
)

// maxHelloText bounds the texts of a client that has not said who it is.
const maxHelloText = 16 << 10

// hello greets the client and checks its user.
func (c *nativeConn) hello() error {
	if err := c.conn.SetDeadline(time.Now().Add(c.server.config.HandshakeTimeout)); err != nil {
		return fmt.Errorf("set handshake deadline: %w", err)
	}
	h, err := c.readHello()
	if err != nil {
		return fmt.Errorf("read hello: %w", err)
	}
	c.revision = min(h.ProtocolVersion, revision)
	user, err := c.server.authenticate(h.User, h.Password)
	if err != nil {
		return errors.Join(err, c.fail(err))
	}
	c.session = newSession(user, h.Database)
	if err := c.sendHello(); err != nil {
		return fmt.Errorf("send hello: %w", err)
	}
	if chproto.FeatureAddendum.In(c.revision) {
		r := &packetReader{in: c.in}
		r.text(maxHelloText) // quota key
		if r.err != nil {
			return fmt.Errorf("read addendum: %w", r.err)
		}
	}
	return c.conn.SetDeadline(time.Time{})
}

func (c *nativeConn) readHello() (h chproto.ClientHello, err error) {
	r := &packetReader{in: c.in}
	code := r.number()
	if r.err == nil && code != int(chproto.ClientCodeHello) {
		return h, fmt.Errorf("the first packet is %d, want hello: is this a client of the native protocol?", code)
	}
	h.Name = r.text(maxHelloText)
	h.Major, h.Minor, h.ProtocolVersion = r.number(), r.number(), r.number()
	h.Database, h.User, h.Password = r.text(maxHelloText), r.text(maxHelloText), r.text(maxHelloText)
	return h, r.err
}

func (c *nativeConn) sendHello() error {
	v := c.server.version()
	return c.out.packet(func(b *chproto.Buffer) {
		h := chproto.ServerHello{
			Name: "ClickHouse", Major: v.major, Minor: v.minor, Patch: v.patch, Revision: revision,
			Timezone: c.server.timezone, DisplayName: "footfall",
		}
		h.EncodeAware(b, c.revision)
	})
}

// receive reads packets until the client goes away.
func (c *nativeConn) receive() {
	compressed := false
	for {
		p, err := c.read(&compressed)
		if err != nil {
			c.cancel(c.lost(err))
			return
		}
		if p == (packet{}) {
			continue
		}
		select {
		case c.packets <- p:
		case <-c.ctx.Done():
			return
		}
	}
}

// lost is the reason for which a connection ends. A client that sent nonsense is told what about it.
func (c *nativeConn) lost(err error) error {
	var network net.Error
	if errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) || errors.As(err, &network) {
		return errClientGone
	}
	err = fmt.Errorf("read packet: %w", err)
	return errors.Join(err, c.fail(exception(codeUnknownPacket, "UNKNOWN_PACKET_FROM_CLIENT", "%v", err)))
}

// read returns the next packet; an empty one when it was dealt with here.
func (c *nativeConn) read(compressed *bool) (p packet, err error) {
	code, err := c.in.UVarInt()
	if err != nil {
		return p, err
	}
	switch chproto.ClientCode(code) {
	case chproto.ClientCodeQuery:
		if p.query, err = readQuery(c.in, c.revision, c.server.config.MaxQueryBytes); err == nil {
			*compressed = p.query.Compressed
		}
	case chproto.ClientCodeData:
		p.block, p.table, err = c.readBlock(*compressed)
	case chproto.ClientCodePing:
		p.ping = true
	case chproto.ClientCodeCancel:
		select {
		case c.cancelQuery <- struct{}{}:
		default:
		}
	default:
		err = fmt.Errorf("unexpected packet %d", code)
	}
	return p, err
}

func (c *nativeConn) readBlock(compressed bool) (*block.Block, string, error) {
	r := &packetReader{in: c.in}
	name := r.text(maxPacketText)
	if r.err != nil {
		return nil, "", fmt.Errorf("read table name of a block: %w", r.err)
	}
	if compressed {
		c.in.EnableCompression()
		defer c.in.DisableCompression()
	}
	b, err := block.Read(c.in, c.revision)
	return &b, name, err
}

// next waits for a packet.
func (c *nativeConn) next() (packet, error) {
	select {
	case p := <-c.packets:
		return p, nil
	case <-c.ctx.Done():
		return packet{}, context.Cause(c.ctx)
	}
}
