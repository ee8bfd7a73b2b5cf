package engine

import (
	"errors"
	"fmt"
	"unsafe"

	"github.com/ebitengine/purego"
)

// library is the C interface of libchdb. Handles are opaque pointers that the library owns.
type library struct {
	connect        func(argc int32, argv unsafe.Pointer) unsafe.Pointer
	closeConn      func(conn unsafe.Pointer)
	query          start
	stream         start
	fetch          func(conn, stream unsafe.Pointer) unsafe.Pointer
	cancelStream   func(conn, stream unsafe.Pointer)
	insert         start
	insertAppend   func(stream, data unsafe.Pointer, size uintptr) int32
	insertDone     func(stream unsafe.Pointer) unsafe.Pointer
	insertError    func(stream unsafe.Pointer) string
	insertDestroy  func(stream unsafe.Pointer)
	classify       func(conn, sql unsafe.Pointer, sqlLen uintptr, database unsafe.Pointer, databaseLen uintptr, analysis unsafe.Pointer) int32
	destroy        func(result unsafe.Pointer)
	buffer         func(result unsafe.Pointer) unsafe.Pointer
	length         func(result unsafe.Pointer) uintptr
	resultError    func(result unsafe.Pointer) string
	rows           func(result unsafe.Pointer) uint64
	bytes          func(result unsafe.Pointer) uint64
	storageRows    func(result unsafe.Pointer) uint64
	storageBytes   func(result unsafe.Pointer) uint64
	rowsWritten    func(result unsafe.Pointer) uint64
	bytesWritten   func(result unsafe.Pointer) uint64
	signalHandlers func(enabled int32)
}

// start is the shape of the functions that start a statement with parameters.
type start func(conn, sql unsafe.Pointer, sqlLen uintptr, format unsafe.Pointer, formatLen uintptr,
	names, nameLens, values, valueLens unsafe.Pointer, count uintptr) unsafe.Pointer

// symbols pairs the exported names with the fields that call them.
func (l *library) symbols() map[string]any {
	return map[string]any{
		"chdb_connect":                     &l.connect,
		"chdb_close_conn":                  &l.closeConn,
		"chdb_query_with_params_n":         &l.query,
		"chdb_stream_query_with_params_n":  &l.stream,
		"chdb_stream_fetch_result":         &l.fetch,
		"chdb_stream_cancel_query":         &l.cancelStream,
		"chdb_stream_insert_with_params_n": &l.insert,
		"chdb_stream_append":               &l.insertAppend,
		"chdb_stream_done":                 &l.insertDone,
		"chdb_stream_insert_error":         &l.insertError,
		"chdb_destroy_insert_stream":       &l.insertDestroy,
		"chdb_classify_query_n":            &l.classify,
		"chdb_destroy_query_result":        &l.destroy,
		"chdb_result_buffer":               &l.buffer,
		"chdb_result_length":               &l.length,
		"chdb_result_error":                &l.resultError,
		"chdb_result_rows_read":            &l.rows,
		"chdb_result_bytes_read":           &l.bytes,
		"chdb_result_storage_rows_read":    &l.storageRows,
		"chdb_result_storage_bytes_read":   &l.storageBytes,
		"chdb_result_rows_written":         &l.rowsWritten,
		"chdb_result_bytes_written":        &l.bytesWritten,
		"chdb_set_signal_handlers_enabled": &l.signalHandlers,
	}
}

// load opens the shared library. The engine must not install signal handlers: the Go runtime needs
// its own for preemption and for turning a bad memory access into a panic.
func load(path string) (*library, error) {
	handle, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return nil, fmt.Errorf("load engine library %q: %w", path, err)
	}
	l := new(library)
	for name, field := range l.symbols() {
		address, err := purego.Dlsym(handle, name)
		if err != nil {
			return nil, fmt.Errorf("engine library %q is not a supported libchdb: %w", path, err)
		}
		purego.RegisterFunc(field, address)
	}
	l.signalHandlers(0)
	return l, inUTC()
}

// inUTC makes UTC the zone of dates and times that name none. The library reads TZ from C's
// environment, which os.Setenv does not reach without cgo.
func inUTC() error {
	address, err := purego.Dlsym(purego.RTLD_DEFAULT, "setenv")
	if err != nil {
		return fmt.Errorf("set the engine's time zone: %w", err)
	}
	var setenv func(name, value string, overwrite int32) int32
	purego.RegisterFunc(&setenv, address)
	if setenv("TZ", "UTC", 1) != 0 {
		return errors.New("set the engine's time zone: setenv failed")
	}
	return nil
}

// connection opens one engine connection; nil when the engine refuses an argument.
func (l *library) connection(args []string) unsafe.Pointer {
	var m memory
	defer m.free()
	return l.connect(int32(len(args)), m.cStrings(args))
}

// session is the handle behind a connection pointer.
func session(conn unsafe.Pointer) unsafe.Pointer { return *(*unsafe.Pointer)(conn) }
