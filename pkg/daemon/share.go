package daemon

import (
	"net"
	"net/netip"
	"sync"
)

// shareListener closes connections of an address (/64 for IPv6) that holds its share already, so that
// one client cannot take all the places there are.
type shareListener struct {
	net.Listener
	share int

	mu   sync.Mutex
	held map[netip.Prefix]int
}

// newShareListener gives each address half of the places: enough for a proxy, too little to shut the
// door.
func newShareListener(l net.Listener, places int) *shareListener {
	return &shareListener{Listener: l, share: (places + 1) / 2, held: map[netip.Prefix]int{}}
}

func (l *shareListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		network := networkOf(conn.RemoteAddr())
		if l.enter(network) {
			return &sharedConn{Conn: conn, leave: sync.OnceFunc(func() { l.leave(network) })}, nil
		}
		conn.Close()
	}
}

func networkOf(a net.Addr) netip.Prefix {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.Prefix{}
	}
	address := tcp.AddrPort().Addr().Unmap().WithZone("")
	bits := 64 // an IPv6 client usually has a /64 to itself
	if address.Is4() {
		bits = 32
	}
	network, err := address.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return network
}

func (l *shareListener) enter(network netip.Prefix) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held[network] >= l.share {
		return false
	}
	l.held[network]++
	return true
}

func (l *shareListener) leave(network netip.Prefix) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held[network]--; l.held[network] == 0 {
		delete(l.held, network)
	}
}

type sharedConn struct {
	net.Conn
	leave func()
}

func (c *sharedConn) Close() error {
	c.leave()
	return c.Conn.Close()
}
