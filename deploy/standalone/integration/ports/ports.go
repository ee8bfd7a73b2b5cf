// Package ports hands out the ports of what tests start, stop and start again.
package ports

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
)

// The ports lie below those that Linux gives to outgoing connections: one of these could take the port
// of a process that has been killed and is about to come back.
const lowest, count = 18_000, 14_000

// claims keep a handed out port ours until this process ends, also while nobody listens there: the UDP
// port of the same number is bound (for a UDP port the TCP port), which other test processes try as well.
var claims struct {
	sync.Mutex
	held []io.Closer
	next int
}

// Free is a TCP address of 127.0.0.1 at which nobody listens and which is handed out to nobody else.
func Free() (string, error) { return free(claim) }

// FreeUDP is the same for UDP.
func FreeUDP() (string, error) { return free(claimUDP) }

func free(claim func(port int) (string, error)) (string, error) {
	claims.Lock()
	defer claims.Unlock()
	var errs []error
	for range 200 {
		addr, err := claim(lowest + (os.Getpid()*101+claims.next)%count)
		claims.next++
		if err == nil {
			return addr, nil
		}
		errs = append(errs, err)
	}
	return "", fmt.Errorf("find a free port: %w", errors.Join(errs...))
}

func claim(port int) (string, error) {
	at := net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port}
	held, err := net.ListenUDP("udp", &at)
	if err != nil {
		return "", err
	}
	l, err := net.Listen("tcp", at.String())
	if err != nil {
		return "", errors.Join(err, held.Close())
	}
	claims.held = append(claims.held, held)
	return at.String(), l.Close()
}

func claimUDP(port int) (string, error) {
	at := net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port}
	held, err := net.Listen("tcp", at.String())
	if err != nil {
		return "", err
	}
	l, err := net.ListenUDP("udp", &at)
	if err != nil {
		return "", errors.Join(err, held.Close())
	}
	claims.held = append(claims.held, held)
	return at.String(), l.Close()
}
