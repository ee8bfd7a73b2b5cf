// Package engine runs ClickHouse inside this process: libchdb, a shared library that is loaded
// without cgo.
//
// Contract:
//   - one engine per process and one process per data folder; Open refuses a second of either
//   - a Conn runs one statement at a time and has its own settings and current database; several
//     run in parallel, at most Options.MaxConnections of them, further callers wait
//   - when the context of a statement ends, the engine stops working on it
//   - exceptions are *Error with ClickHouse's code
//   - a statement that returned without error is as durable as the table's settings make it; the
//     data folder survives kill -9
package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"
)

// Options bound the engine.
type Options struct {
	MaxConnections int    // statements at the same time; 0 means 32
	MaxMemory      uint64 // bytes for all statements together; 0 leaves the engine 90 % of the machine's
}

// Engine is a running ClickHouse.
type Engine struct {
	lib  *library
	path string
	lock *os.File

	maxMemory uint64
	slots     chan struct{}
	serial    atomic.Uint64
	settings  map[string]bool // names that the engine knows
	version   string

	controlMu sync.Mutex
	control   *Conn // kills queries; while it is open the engine stays up
}

// opened guards the library's rule of one engine per process.
var opened atomic.Bool

// ErrOpen is returned by Open when this process already has an engine.
var ErrOpen = errors.New("this process already has an engine open")

// Open loads the library and starts the engine on dataDir, which is created when it is missing.
func Open(libraryPath, dataDir string, o Options) (*Engine, error) {
	if o.MaxConnections <= 0 {
		o.MaxConnections = 32
	}
	if !opened.CompareAndSwap(false, true) {
		return nil, ErrOpen
	}
	e := &Engine{slots: make(chan struct{}, o.MaxConnections), maxMemory: o.MaxMemory}
	if err := e.start(libraryPath, dataDir); err != nil {
		e.release()
		return nil, err
	}
	return e, nil
}

func (e *Engine) start(libraryPath, dataDir string) (err error) {
	if e.path, err = filepath.Abs(dataDir); err != nil {
		return fmt.Errorf("resolve data folder %q: %w", dataDir, err)
	}
	if err = os.MkdirAll(e.path, 0o750); err != nil {
		return fmt.Errorf("create data folder: %w", err)
	}
	if e.lock, err = lockFolder(e.path); err != nil {
		return err
	}
	if e.lib, err = load(libraryPath); err != nil {
		return err
	}
	if e.control, err = e.open(nil); err != nil {
		return fmt.Errorf("start engine on %q (is the folder writable, and from the same or an older version?): %w", e.path, err)
	}
	return e.learn()
}

// learn reads the version and the names of all settings.
func (e *Engine) learn() error {
	ctx := context.Background()
	r, err := e.control.Exec(ctx, Statement{SQL: "SELECT version()", Format: "LineAsString"})
	if err != nil {
		return fmt.Errorf("read engine version: %w", err)
	}
	e.version = firstLine(r.Data)
	r, err = e.control.Exec(ctx, Statement{SQL: "SELECT name FROM system.settings", Format: "LineAsString"})
	if err != nil {
		return fmt.Errorf("read names of settings: %w", err)
	}
	e.settings = make(map[string]bool)
	for _, name := range lines(r.Data) {
		e.settings[name] = true
	}
	return nil
}

// Version is ClickHouse's version, for example 26.7.2.1.
func (e *Engine) Version() string { return e.version }

// KnowsSetting says whether the engine has a setting of that name.
func (e *Engine) KnowsSetting(name string) bool { return e.settings[name] && name != tagSetting }

// Connect opens a connection with the given settings, waiting for a free slot. It takes about 0.1 ms,
// so a connection per statement is fine.
func (e *Engine) Connect(ctx context.Context, settings map[string]string) (*Conn, error) {
	if err := e.known(settings); err != nil {
		return nil, err
	}
	select {
	case e.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for a free engine connection (%d in use): %w", cap(e.slots), context.Cause(ctx))
	}
	c, err := e.open(settings)
	if err != nil {
		<-e.slots
		return nil, err
	}
	c.slot = true
	return c, nil
}

func (e *Engine) known(settings map[string]string) error {
	for name := range settings {
		if !e.KnowsSetting(name) {
			return &Error{Code: CodeUnknownSetting, Name: "UNKNOWN_SETTING", Message: fmt.Sprintf("Unknown setting '%s'", name)}
		}
	}
	return nil
}

// CheckSettings says whether Connect would take the settings.
func (e *Engine) CheckSettings(settings map[string]string) error {
	if err := e.known(settings); err != nil {
		return err
	}
	c, err := e.open(settings)
	if err != nil {
		return err
	}
	c.Close()
	return nil
}

func (e *Engine) open(settings map[string]string) (*Conn, error) {
	tag := strconv.FormatUint(e.serial.Add(1), 10)
	args := []string{"clickhouse", "--path=" + e.path, "--implicit_select=0", "--" + tagSetting + "=" + tag}
	if e.maxMemory > 0 { // the first connection starts the engine and decides
		args = append(args, "--max_server_memory_usage="+strconv.FormatUint(e.maxMemory, 10))
	}
	asked := make([]string, 0, len(settings))
	for name, value := range settings {
		asked = append(asked, "--"+name+"="+value)
	}
	slices.Sort(asked)
	handle := e.lib.connection(append(args, asked...))
	if handle == nil {
		return nil, &Error{Code: 36, Name: "BAD_ARGUMENTS", Message: "One of the settings has a value that the engine cannot take: " + strings.Join(asked, " ")}
	}
	return &Conn{engine: e, handle: handle, tag: tag, settings: settings}, nil
}

// Close waits until every connection has been closed and stops the engine. When ctx ends first the
// engine is left as it is: the end of the process does no harm to the data.
func (e *Engine) Close(ctx context.Context) error {
	for range cap(e.slots) {
		select {
		case e.slots <- struct{}{}:
		case <-ctx.Done():
			return fmt.Errorf("stop engine: connections are still in use: %w", context.Cause(ctx))
		}
	}
	e.release()
	return nil
}

func (e *Engine) release() {
	if e.control != nil {
		e.control.Close()
	}
	if e.lock != nil {
		e.lock.Close()
	}
	opened.Store(false)
}

// Param is a value for a {name:Type} placeholder, in the engine's escaped text form (Escape).
type Param struct{ Name, Value string }

// Statement is one SQL statement.
type Statement struct {
	SQL    string
	Format string // of the output, or of an insert's data; a FORMAT clause in the output wins
	Params []Param
}

// call hands a statement to the library.
func (s Statement) call(f start, handle unsafe.Pointer) unsafe.Pointer {
	var m memory
	defer m.free()
	names, values := make([]string, len(s.Params)), make([]string, len(s.Params))
	for i, p := range s.Params {
		names[i], values[i] = p.Name, p.Value
	}
	np, nl := m.texts(names)
	vp, vl := m.texts(values)
	return f(session(handle), m.text(s.SQL), uintptr(len(s.SQL)), m.text(s.Format), uintptr(len(s.Format)), np, nl, vp, vl, uintptr(len(s.Params)))
}
