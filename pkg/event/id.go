package event

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"time"
)

// ID is a 128-bit identifier, written as a UUID. The zero ID means "none".
//
// Ids that Footfall makes start with 48 bits of Unix milliseconds (RFC 9562, versions 7 and 8), so
// that rows sorted by id are nearly sorted by time.
type ID [16]byte

// NewID makes a version 7 UUID for the given instant from the operating system's randomness.
func NewID(at time.Time) ID {
	var id ID
	rand.Read(id[:]) // never fails: crypto/rand ends the process instead
	id.stamp(at, 7)
	return id
}

// ContentID makes a version 8 UUID from the instant and 10 bytes of a content hash: the same
// content always gets the same id.
func ContentID(at time.Time, hash [10]byte) ID {
	var id ID
	copy(id[6:], hash[:])
	id.stamp(at, 8)
	return id
}

func (id *ID) stamp(at time.Time, version byte) {
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(at.UnixMilli()))
	copy(id[:6], ms[2:])
	id[6] = id[6]&0x0f | version<<4
	id[8] = id[8]&0x3f | 0x80
}

// ParseID reads 32 hex digits, with or without the dashes of a UUID.
func ParseID(field, s string) (ID, error) {
	var id ID
	digits := []byte(s)
	if len(s) == 36 && s[8] == '-' && s[13] == '-' && s[18] == '-' && s[23] == '-' {
		digits = append(append(append(append(digits[:8:8], s[9:13]...), s[14:18]...), s[19:23]...), s[24:]...)
	}
	if len(digits) != 32 {
		return ID{}, invalid(field, s, ReasonMalformed, "must be a UUID or 32 hex digits")
	}
	if _, err := hex.Decode(id[:], digits); err != nil || id.IsZero() {
		return ID{}, invalid(field, s, ReasonMalformed, "must be a UUID or 32 hex digits, not all zero")
	}
	return id, nil
}

// IsZero reports whether the id is "none".
func (id ID) IsZero() bool { return id == ID{} }

// String writes the id as a UUID in lower case.
func (id ID) String() string {
	var b [36]byte
	hex.Encode(b[0:8], id[0:4])
	hex.Encode(b[9:13], id[4:6])
	hex.Encode(b[14:18], id[6:8])
	hex.Encode(b[19:23], id[8:10])
	hex.Encode(b[24:36], id[10:16])
	b[8], b[13], b[18], b[23] = '-', '-', '-', '-'
	return string(b[:])
}
