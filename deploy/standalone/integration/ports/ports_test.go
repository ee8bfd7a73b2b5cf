package ports

import (
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// child is set in a process that claims ports and prints them.
const child = "FOOTFALL_TEST_PORTS_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(child) != "" {
		for range 300 {
			addr, err := Free()
			if err != nil {
				panic(err)
			}
			os.Stdout.WriteString(addr + "\n")
		}
		os.Stdin.Read(make([]byte, 1)) // until the test has seen them
		return
	}
	os.Exit(m.Run())
}

// TestFreeUDP: a number is handed out once, whatever it is wanted for.
func TestFreeUDP(t *testing.T) {
	seen, first := map[string]bool{}, claims.next
	for _, free := range []func() (string, error){Free, FreeUDP, FreeUDP, Free} {
		addr, err := free()
		if err != nil || seen[addr] {
			t.Fatalf("%s was handed out twice, or %v", addr, err)
		}
		seen[addr] = true
		claims.next = first // they are tried again
	}
}

// TestFree: no port is handed out twice, by this process or by others, though nobody listens there.
func TestFree(t *testing.T) {
	seen := map[string]bool{}
	take := func(addr string) {
		t.Helper()
		if seen[addr] {
			t.Fatalf("%s was handed out twice", addr)
		}
		seen[addr] = true
		l, err := net.Listen("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		l.Close()
	}
	// The others begin at the same port as we do, or as near as their process ids allow.
	for range 3 {
		others(t, take)
	}
	for range 300 {
		addr, err := Free()
		if err != nil {
			t.Fatal(err)
		}
		take(addr)
	}
}

// others has another process claim ports, and keep them.
func others(t *testing.T, take func(string)) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), child+"=1")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); cmd.Wait() })
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for piece := make([]byte, 4096); strings.Count(text.String(), "\n") < 300; {
		n, err := out.Read(piece)
		text.Write(piece[:n])
		if err != nil {
			t.Fatal(err)
		}
	}
	for addr := range strings.FieldsSeq(text.String()) {
		take(addr)
	}
}
