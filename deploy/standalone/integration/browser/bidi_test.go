package browser

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/websocket"
)

// firefox is a Firefox driven by WebDriver BiDi, which it speaks without any driver beside it.
type firefox struct {
	t    *testing.T
	conn *websocket.Conn

	mu      sync.Mutex
	last    int
	waiting map[int]chan answer
}

type answer struct {
	ID      int             `json:"id"`
	Type    string          `json:"type"`
	Result  json.RawMessage `json:"result"`
	Error   string          `json:"error"`
	Message string          `json:"message"`
}

// newFirefox starts a browser that ends with the test.
func newFirefox(t *testing.T) *firefox {
	t.Helper()
	program, err := exec.LookPath("firefox-esr")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("Firefox is missing: install Debian's firefox-esr")
		}
		t.Skip("Firefox is missing: install Debian's firefox-esr")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, program, "--headless", "--no-remote", "--profile", t.TempDir(), "--remote-debugging-port", "0", "--remote-allow-origins", origin)
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir(), "MOZ_CRASHREPORTER_DISABLE=1")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); _ = cmd.Wait() })
	found := make(chan string, 1)
	go func() {
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			if m := regexp.MustCompile(`BiDi listening on (ws://\S+)`).FindStringSubmatch(lines.Text()); m != nil {
				found <- m[1]
			}
		}
	}()
	select {
	case address := <-found:
		return connect(t, address)
	case <-time.After(time.Minute):
		t.Fatal("Firefox does not say where it listens")
	}
	return nil
}

// origin is what the connection says of itself, and Firefox is told to accept.
const origin = "http://127.0.0.1"

func connect(t *testing.T, address string) *firefox {
	t.Helper()
	conn, err := websocket.Dial(address+"/session", "", origin)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	f := &firefox{t: t, conn: conn, waiting: map[int]chan answer{}}
	go f.receive()
	f.call("session.new", map[string]any{"capabilities": map[string]any{}})
	return f
}

func (f *firefox) receive() {
	for {
		var a answer
		if err := websocket.JSON.Receive(f.conn, &a); err != nil {
			return // the test has ended
		}
		f.mu.Lock()
		if wait := f.waiting[a.ID]; wait != nil && a.Type != "event" {
			delete(f.waiting, a.ID)
			wait <- a
		}
		f.mu.Unlock()
	}
}

// call sends a command and waits for its result.
func (f *firefox) call(method string, params any) json.RawMessage {
	f.t.Helper()
	wait := make(chan answer, 1)
	f.mu.Lock()
	f.last++
	id := f.last
	f.waiting[id] = wait
	err := websocket.JSON.Send(f.conn, map[string]any{"id": id, "method": method, "params": params})
	f.mu.Unlock()
	if err != nil {
		f.t.Fatal(err)
	}
	select {
	case a := <-wait:
		if a.Type != "success" {
			f.t.Fatalf("%s: %s: %s", method, a.Error, a.Message)
		}
		return a.Result
	case <-time.After(patience):
		f.t.Fatalf("%s: no answer", method)
	}
	return nil
}

// open opens a page in a tab, in front or behind, and returns the tab.
func (f *firefox) open(url string, behind bool) string {
	f.t.Helper()
	var created struct{ Context string }
	if err := json.Unmarshal(f.call("browsingContext.create", map[string]any{"type": "tab", "background": behind}), &created); err != nil {
		f.t.Fatal(err)
	}
	f.call("browsingContext.navigate", map[string]any{"context": created.Context, "url": url, "wait": "complete"})
	return created.Context
}

func (f *firefox) show(tab string) {
	f.t.Helper()
	f.call("browsingContext.activate", map[string]any{"context": tab})
}

func (f *firefox) close(tab string) {
	f.t.Helper()
	f.call("browsingContext.close", map[string]any{"context": tab})
}

// js runs a script in the page, and returns its value as text.
func (f *firefox) js(tab, script string) string {
	f.t.Helper()
	var got struct{ Result struct{ Value any } }
	result := f.call("script.evaluate", map[string]any{"expression": script, "target": map[string]any{"context": tab}, "awaitPromise": false})
	if err := json.Unmarshal(result, &got); err != nil {
		f.t.Fatal(err)
	}
	return fmt.Sprint(got.Result.Value)
}

// click clicks into the page.
func (f *firefox) click(tab string) {
	f.t.Helper()
	f.call("input.performActions", map[string]any{"context": tab, "actions": []any{map[string]any{
		"type": "pointer", "id": "mouse", "actions": []any{
			map[string]any{"type": "pointerMove", "x": 200, "y": 200},
			map[string]any{"type": "pointerDown", "button": 0}, map[string]any{"type": "pointerUp", "button": 0},
		},
	}}})
}
