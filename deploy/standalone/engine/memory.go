package engine

import (
	"runtime"
	"unsafe"
)

// memory keeps Go memory in place while the library reads it.
type memory struct{ pins runtime.Pinner }

func (m *memory) free() { m.pins.Unpin() }

// text is the address of s; the library reads its length separately, so s may hold NUL bytes.
func (m *memory) text(s string) unsafe.Pointer {
	if s == "" {
		return m.bytes([]byte{0})
	}
	return m.bytes(unsafe.Slice(unsafe.StringData(s), len(s)))
}

func (m *memory) bytes(b []byte) unsafe.Pointer {
	p := unsafe.Pointer(unsafe.SliceData(b))
	m.pins.Pin(p)
	return p
}

// cStrings is a NULL-ended array of NUL-ended strings, the shape of argv.
func (m *memory) cStrings(list []string) unsafe.Pointer {
	pointers := make([]unsafe.Pointer, len(list)+1)
	for i, s := range list {
		pointers[i] = m.bytes(append([]byte(s), 0))
	}
	m.pins.Pin(&pointers[0])
	return unsafe.Pointer(&pointers[0])
}

// texts is an array of string addresses and one of their lengths; both nil when there are none.
func (m *memory) texts(list []string) (addresses, lengths unsafe.Pointer) {
	if len(list) == 0 {
		return nil, nil
	}
	pointers := make([]unsafe.Pointer, len(list))
	sizes := make([]uintptr, len(list))
	for i, s := range list {
		pointers[i], sizes[i] = m.text(s), uintptr(len(s))
	}
	m.pins.Pin(&pointers[0])
	m.pins.Pin(&sizes[0])
	return unsafe.Pointer(&pointers[0]), unsafe.Pointer(&sizes[0])
}
