package chserver

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	chproto "github.com/ClickHouse/ch-go/proto"
	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/trace"
)

// packetOf encodes a query as ch-go's client does, without the code in front.
func packetOf(revision int) []byte {
	span := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}})
	q := chproto.Query{
		ID: "id", Body: "SELECT {a:UInt8}", Stage: chproto.StageComplete, Compression: chproto.CompressionEnabled,
		Info: chproto.ClientInfo{
			ProtocolVersion: revision, Interface: chproto.InterfaceTCP, Query: chproto.ClientQueryInitial,
			InitialUser: "u", ClientName: "c", Span: span,
		},
		Settings:   []chproto.Setting{{Key: "max_threads", Value: "2", Important: true}, {Key: "x", Value: "y", Custom: true}},
		Parameters: []chproto.Parameter{{Key: "a", Value: "'1'"}},
	}
	var b chproto.Buffer
	q.EncodeAware(&b, revision)
	return b.Buf[1:]
}

func TestReadQuery(t *testing.T) {
	f := func(revision int, params []wireSetting) {
		t.Helper()
		want := &wireQuery{
			Text: "SELECT {a:UInt8}", Compressed: true, Params: params,
			Settings: []wireSetting{{"max_threads", "2", true}, {"x", "y", false}},
		}
		got, err := readQuery(chproto.NewReader(bytes.NewReader(packetOf(revision))), revision, 100)
		if d := cmp.Diff(want, got); err != nil || d != "" {
			t.Errorf("revision %d: error %v, %s", revision, err, d)
		}
	}
	f(54460, []wireSetting{{Name: "a", Value: "'1'"}})
	f(54458, nil)
	f(54448, nil)
	f(54441, nil)
	f(54429, nil)
	if _, err := readQuery(chproto.NewReader(bytes.NewReader(packetOf(54428))), 54428, 100); err == nil {
		t.Error("a client without settings as texts is taken")
	}
	if _, err := readQuery(chproto.NewReader(bytes.NewReader(packetOf(54460))), 54460, 5); err == nil || !strings.Contains(err.Error(), "at most 5") {
		t.Errorf("a statement that is too long: error %v", err)
	}
}

func FuzzReadQuery(f *testing.F) {
	for _, revision := range []int{54460, 54448, 54429} {
		f.Add(packetOf(revision), revision)
	}
	f.Add([]byte("\xff\xff\xff\xff\xff\xff\xff\x7f"), 54460)
	f.Fuzz(func(t *testing.T, data []byte, revision int) {
		q, err := readQuery(chproto.NewReader(bytes.NewReader(data)), revision, 1000)
		if (q == nil) != (err != nil) {
			t.Errorf("query %v with error %v", q, err)
		}
	})
}

// TestNonsense sends the native port what no client sends; the server must end the connection and go
// on serving others.
func TestNonsense(t *testing.T) {
	hello := func() []byte {
		var b chproto.Buffer
		chproto.ClientHello{Name: "t", ProtocolVersion: 54460, User: "default"}.Encode(&b)
		b.PutString("") // addendum
		return b.Buf
	}
	for name, data := range map[string][]byte{
		"HTTP":              []byte("GET / HTTP/1.1\r\n\r\n"),
		"long name":         []byte("\x00\xff\xff\xff\xff\xff\xff\xff\x7f"),
		"unknown packet":    append(hello(), 77),
		"long query id":     append(hello(), "\x01\xff\xff\xff\xff\xff\xff\xff\x7f"...),
		"block of no type":  append(hello(), "\x02\x00\x00\x01\x01\x01c\x04What\x00"...),
		"data without rows": append(hello(), "\x02\x00\x00\x80\x80\x80\x80\x80\x80"...),
	} {
		conn, err := net.Dial("tcp", shared.NativeAddr())
		if err != nil {
			t.Fatal(err)
		}
		if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Write(data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		buf := make([]byte, 1<<16)
		for err == nil {
			_, err = conn.Read(buf)
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s: the connection is still open after 10 s", name)
		}
		conn.Close()
	}
	if err := open(t, "default", "").Ping(context.Background()); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}
