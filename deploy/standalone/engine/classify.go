package engine

import (
	"fmt"
	"unsafe"
)

// Class says what a statement does to state that outlives it, by the engine's own parser.
type Class uint32

// The classes, in the order of their restriction.
const (
	ReadOnly       Class = iota // SELECT, SHOW, DESCRIBE, EXPLAIN, EXISTS, CHECK
	Mutating                    // INSERT, CREATE, ALTER, DROP and the like inside a database
	MutatingGlobal              // functions, named collections, access, the system database
	Control                     // SET, USE, SYSTEM, KILL, BACKUP, INTO OUTFILE, temporary tables
	Unknown                     // does not parse
)

// Analysis is what a text would do, without running it.
type Analysis struct {
	Class      Class
	Statements int // 0 when the text does not parse
}

// analysis is the library's structure; it fills the fields that size makes room for.
type analysis struct{ size, statements, flags, class uint32 }

// Classify parses a text.
func (c *Conn) Classify(sql string) (Analysis, error) {
	var m memory
	defer m.free()
	a := analysis{size: uint32(unsafe.Sizeof(analysis{}))}
	m.pins.Pin(&a)
	state := c.engine.lib.classify(session(c.handle), m.text(sql), uintptr(len(sql)), nil, 0, unsafe.Pointer(&a))
	if state != 0 {
		return Analysis{}, fmt.Errorf("classify a statement of %d bytes: the engine gave no answer", len(sql))
	}
	return Analysis{Class: Class(a.class), Statements: int(a.statements)}, nil
}
