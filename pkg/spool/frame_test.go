package spool

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

const salt = 0x0123456789abcdef

// lay writes records as one segment.
func lay(records ...[]byte) (data []byte) {
	for i, r := range records {
		data = appendFrame(data, salt, int64(len(data)), uint32(i), r)
	}
	return data
}

// readAll returns the intact records and what was lost, by reason.
func readAll(data []byte) (records [][]byte, lost map[string]int) {
	lost = map[string]int{}
	f := frames{data: data, salt: salt, lost: func(reason string, n int) { lost[reason] += n }}
	for r, ok := f.next(); ok; r, ok = f.next() {
		records = append(records, r)
	}
	return records, lost
}

// words are records that look alike and have one length, so that a damaged length can point at another frame.
func words(n int) (records [][]byte) {
	for i := range n {
		records = append(records, fmt.Appendf(nil, "record %05d", i))
	}
	return records
}

func without(records [][]byte, i int) [][]byte {
	return append(append([][]byte{}, records[:i]...), records[i+1:]...)
}

func total(lost map[string]int) (n int) {
	for _, k := range lost {
		n += k
	}
	return n
}

// TestAnyFlippedBitCostsOneRecord flips every bit of a segment in turn.
func TestAnyFlippedBitCostsOneRecord(t *testing.T) {
	records := words(9)
	data := lay(records...)
	each := len(data) / len(records)
	for bit := range 8 * len(data) {
		data[bit/8] ^= 1 << (bit % 8)
		hit := bit / 8 / each
		if got, lost := readAll(data); total(lost) != 1 || !equal(got, without(records, hit)) {
			t.Fatalf("bit %d, of record %d: %d records, lost %v", bit, hit, len(got), lost)
		}
		data[bit/8] ^= 1 << (bit % 8)
	}
}

// TestTornTailCostsTheTornRecord cuts a segment at every byte, and also fills what is missing with zeros.
func TestTornTailCostsTheTornRecord(t *testing.T) {
	records := words(5)
	data := lay(records...)
	each := len(data) / len(records)
	for size := range len(data) {
		whole := records[:size/each]
		torn := min(1, size%each)
		if got, lost := readAll(data[:size]); lost[lostTorn] != torn || total(lost) != torn || !equal(got, whole) {
			t.Fatalf("cut at %d: %d records, lost %v", size, len(got), lost)
		}
		zeros := slices.Concat(data[:size], make([]byte, len(data)-size))
		if got, lost := readAll(zeros); lost[lostTorn] > 1 || lost[lostChecksum] > torn || total(lost) == 0 || !equal(got, whole) {
			t.Fatalf("zeros from %d: %d records, lost %v", size, len(got), lost)
		}
	}
}

func TestMissingRecordsAreCounted(t *testing.T) {
	records := words(9)
	data := lay(records...)
	each := len(data) / len(records)
	clear(data[2*each : 5*each])
	got, lost := readAll(data)
	if want := append(append([][]byte{}, records[:2]...), records[5:]...); !equal(got, want) || lost[lostHeader] != 3 {
		t.Errorf("three records overwritten: %d records, lost %v", len(got), lost)
	}
}

// TestNothingInARecordPassesForAFrame: a stranger who knows everything but the salt.
func TestNothingInARecordPassesForAFrame(t *testing.T) {
	forged := appendFrame(nil, salt+1, frameHeader, 1, []byte("forged"))
	data := lay(forged, []byte("good"))
	data[0] ^= 1 // now the reader looks for the next frame inside the first record
	if got, lost := readAll(data); !equal(got, [][]byte{[]byte("good")}) || total(lost) != 1 {
		t.Errorf("records %q, lost %v", got, lost)
	}
}

func equal(a, b [][]byte) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !bytes.Equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

// FuzzFrames reads anything: it ends, stays within the data, and an undamaged segment around the same
// bytes comes back whole.
func FuzzFrames(f *testing.F) {
	f.Add([]byte{}, uint64(1))
	f.Add(lay(words(3)...), uint64(2))
	f.Add(bytes.Repeat(magic, 20), uint64(3))
	f.Fuzz(func(t *testing.T, data []byte, seed uint64) {
		got, lost := readAll(data)
		if len(got)+total(lost) > len(data) {
			t.Fatalf("%d records and %v lost in %d bytes", len(got), lost, len(data))
		}
		records := [][]byte{[]byte("before"), data, []byte("after")}
		whole := lay(records...)
		if got, lost := readAll(whole); !equal(got, records) || len(lost) != 0 {
			t.Fatalf("%d records come back, lost %v", len(got), lost)
		}
		bit := rand.New(rand.NewPCG(seed, 0)).IntN(8 * len(whole))
		whole[bit/8] ^= 1 << (bit % 8)
		if got, lost := readAll(whole); len(got) != 2 || total(lost) != 1 {
			t.Fatalf("bit %d flipped: %d records, lost %v", bit, len(got), lost)
		}
	})
}

// TestFormat: what a version has left on a disk, the next one can read. Another layout needs another magic.
func TestFormat(t *testing.T) {
	const want = "ff46fe53000000000500000050a13e8ad148fc646669727374" + "ff46fe5301000000060000002894fd7a64b6897b7365636f6e64"
	data := lay([]byte("first"), []byte("second"))
	if got := hex.EncodeToString(data); got != want {
		t.Errorf("frames are written as\n%s\nnot as\n%s", got, want)
	}
	old, err := hex.DecodeString(want)
	if err != nil {
		t.Fatal(err)
	}
	if records, lost := readAll(old); len(records) != 2 || string(records[1]) != "second" || total(lost) != 0 {
		t.Errorf("read back: %q, lost %v", records, lost)
	}
}
