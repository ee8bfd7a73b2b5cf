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
		if _, err := c.shortText(); err != nil { // quota key
			return fmt.Errorf("read addendum: %w", err)
		}
	}
	return c.conn.SetDeadline(time.Time{})
}

func (c *nativeConn) readHello() (h chproto.ClientHello, err error) {
	code, err := c.in.UVarInt()
	if err != nil {
		return h, err
	}
	if code != uint64(chproto.ClientCodeHello) {
		return h, fmt.Errorf("the first packet is %d, want hello: is this a client of the native protocol?", code)
	}
	if h.Name, err = c.shortText(); err != nil {
		return h, err
	}
	for _, n := range []*int{&h.Major, &h.Minor, &h.ProtocolVersion} {
		if *n, err = c.in.Int(); err != nil {
			return h, err
		}
	}
	for _, s := range []*string{&h.Database, &h.User, &h.Password} {
		if *s, err = c.shortText(); err != nil {
			return h, err
		}
	}
	return h, nil
}

func (c *nativeConn) shortText() (string, error) {
	n, err := c.in.StrLen()
	if err != nil {
		return "", err
	}
	if n > maxHelloText {
		return "", fmt.Errorf("text of %d bytes in hello, at most %d are taken", n, maxHelloText)
	}
	b, err := c.in.ReadRaw(n)
	return string(b), err
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
		p.query = new(chproto.Query)
		err = p.query.DecodeAware(c.in, c.revision)
		*compressed = p.query.Compression == chproto.CompressionEnabled
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
	name, err := c.in.Str()
	if err != nil {
		return nil, "", fmt.Errorf("read table name of a block: %w", err)
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
