package syslog

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
)

func TestLine(t *testing.T) {
	f := func(message, want string) {
		t.Helper()
		if got := string(Line([]byte(message))); got != want {
			t.Errorf("%q: got %q, want %q", message, got, want)
		}
	}
	const line = `2001:db8::1 - - [29/Feb/2024:22:30:01 +0000] "GET /a: b HTTP/1.1" 200 1 "-" "x: y"`
	f("<190>Feb 29 22:30:01 web nginx: "+line, line)
	f("<190>Feb  9 22:30:01 nginx: "+line+"\n", line) // nohostname
	f("<190>Feb 29 22:30:01 web nginx[77]: "+line+"\x00", line)
	f("<190>Feb 29 22:30:01 "+line, line) // no tag
	f("<190>"+line, line)
	f("<190>1 2024-02-29T22:30:01.003Z web nginx 77 ID47 - "+line, line)
	f("<190>1 2024-02-29T22:30:01.003Z web nginx - - [x@1 a=\"]\\\"\" b=\"c\"][y@2] \xef\xbb\xbf"+line, line)
	f("<190>1 2024-02-29T22:30:01.003Z web", "")
	f("<190>1 a b c d e [x", "")
	f(line, line)
	f("<abc>"+line, "<abc>"+line)
	f("<1900>"+line, "<1900>"+line)
	f("", "")
	f("<", "<")
}

func TestFrames(t *testing.T) {
	f := func(stream string, want ...string) {
		t.Helper()
		frames := newFrames(strings.NewReader(stream))
		var got []string
		for {
			message, err := frames.next()
			if errors.Is(err, errLong) {
				got = append(got, "too long")
				continue
			}
			if err != nil {
				break
			}
			got = append(got, string(message))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", stream, diff)
		}
	}
	f("")
	f("<1>a\n<2>b\n", "<1>a\n", "<2>b\n")
	f("<1>a\n<2>b", "<1>a\n", "<2>b")
	f("5 <1>a\n4 <2>b6 <3>c\nd", "<1>a\n", "<2>b", "<3>c\nd")
	f("5 <1>a\n<2>b\n", "<1>a\n", "<2>b\n")
	f("9 <1>a") // cut
	f("192.0.2.1 - -\n12 - -\n", "192.0.2.1 - -\n", "12 - -\n")
	f("7", "7")
	long := strings.Repeat("x", MaxMessage)
	f("<1>"+long+"\n<2>b\n", "too long", "<2>b\n")
	f("65600 <1>"+strings.Repeat("y", 65597)+"<2>b\n", "<1>"+strings.Repeat("y", 65597), "<2>b\n")
	f("70000 <1>"+strings.Repeat("y", 69997)+"<2>b\n", "too long", "<2>b\n")
}

// FuzzFrames: no stream makes a message longer than the bound, and none is read for ever.
func FuzzFrames(f *testing.F) {
	f.Add([]byte("5 <1>a\n<2>b\n"))
	f.Add([]byte("<190>1 a b c d e [x y=\"z\"] m"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		frames := newFrames(strings.NewReader(string(stream)))
		for range len(stream) + 1 {
			message, err := frames.next()
			if err != nil && !errors.Is(err, errLong) {
				return
			}
			if len(Line(message)) > MaxMessage {
				t.Errorf("a line of %d bytes", len(message))
			}
		}
		if _, err := frames.next(); !errors.Is(err, io.EOF) {
			t.Errorf("%d bytes hold more messages, %v", len(stream), err)
		}
	})
}

// TestDrops: what is not taken in is counted under its reason.
func TestDrops(t *testing.T) {
	reg := prometheus.NewRegistry()
	s, err := Listen(t.Context(), "127.0.0.1:0", "127.0.0.1:0", []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, reg)
	if err != nil {
		t.Fatal(err)
	}
	udp, tcp := s.Addrs()
	if !s.waiting.TryAcquire(maxWaiting - 10) {
		t.Fatal("no room")
	}
	send(t, "udp", "127.0.0.1:0", udp, "<190>0123456789")
	<-s.lines                                         // it fitted, and is not taken yet
	send(t, "udp", "127.0.0.1:0", udp, "<190>x")      // does not
	send(t, "udp", "127.0.0.2:0", udp, "<190>y")      // may not
	send(t, "tcp", "127.0.0.2:0", tcp, "<190>y\n")    // neither
	send(t, "tcp", "127.0.0.1:0", tcp, "<190>kept\n") // waits for room
	await(t, reg, "footfall_shipper_syslog_messages_total tcp", 1)
	await(t, reg, "footfall_shipper_syslog_dropped_total queue_full", 1)
	await(t, reg, "footfall_shipper_syslog_dropped_total sender", 2)
	s.Taken(make([]byte, 10))
	if line := <-s.lines; string(line) != "kept" {
		t.Errorf("got %q", line)
	}
	s.Close()
}

func send(t *testing.T, network, from string, to net.Addr, text string) {
	t.Helper()
	dialer := net.Dialer{}
	if network == "udp" {
		dialer.LocalAddr = net.UDPAddrFromAddrPort(netip.MustParseAddrPort(from))
	} else {
		dialer.LocalAddr = net.TCPAddrFromAddrPort(netip.MustParseAddrPort(from))
	}
	conn, err := dialer.DialContext(t.Context(), network, to.String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
}

// await waits for a series, named by its metric and its label, to have a value.
func await(t *testing.T, reg *prometheus.Registry, series string, want float64) {
	t.Helper()
	for {
		families, err := reg.Gather()
		if err != nil {
			t.Fatal(err)
		}
		for _, family := range families {
			for _, m := range family.GetMetric() {
				name := family.GetName()
				for _, label := range m.GetLabel() {
					name += " " + label.GetValue()
				}
				if name == series && m.GetCounter().GetValue() == want {
					return
				}
			}
		}
		if t.Context().Err() != nil {
			return
		}
	}
}
