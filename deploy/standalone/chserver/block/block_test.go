package block

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// u64 is a little-endian number of eight bytes below 256.
func u64(n byte) string { return string([]byte{n, 0, 0, 0, 0, 0, 0, 0}) }

// wire is a block of one column at revision 0.
func wire(rows byte, typ, data string) []byte {
	return append([]byte{1, rows, 1, 'c', byte(len(typ))}, typ+data...)
}

func TestColumns(t *testing.T) {
	// f reads a column of some rows and checks that it ends where its data does.
	f := func(rows byte, typ, data string) {
		t.Helper()
		in := bufio.NewReader(bytes.NewReader(append(wire(rows, typ, data), "rest"...)))
		got, err := Read(in, 0)
		want := Block{Rows: int(rows), Columns: []Column{{"c", typ, []byte(data)}}}
		if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); err != nil || d != "" {
			t.Errorf("%s: error %v, %s", typ, err, d)
		}
		if rest, _ := io.ReadAll(in); string(rest) != "rest" {
			t.Errorf("%s: %q is left, want %q", typ, rest, "rest")
		}
	}
	f(2, "UInt8", "ab")
	f(1, "Decimal(10, 2)", "12345678")
	f(1, "Decimal(76, 2)", "12345678901234567890123456789012")
	f(1, "DateTime64(3, 'Asia/Tokyo')", "12345678")
	f(1, "Enum8('a, (b' = 1, 'c\\'d' = 2)", "1")
	f(2, "FixedString(3)", "abcdef")
	f(2, "String", "\x01a\x03bcd")
	f(2, "Nullable(String)", "\x00\x01"+"\x01a\x00")
	f(2, "Array(UInt8)", u64(1)+u64(3)+"abc")
	f(2, "Array(Array(UInt8))", u64(1)+u64(2)+u64(2)+u64(2)+"ab")
	f(1, "Array(String)", u64(0))
	f(1, "Map(String, UInt8)", u64(2)+"\x01a\x01b"+"xy")
	f(1, "Tuple(a UInt8, `b c` Array(UInt8))", "x"+u64(1)+"y")
	f(1, "Tuple()", "x")
	f(1, "Nested(a UInt8, b String)", u64(1)+"x"+"\x01y")
	f(2, "LowCardinality(Nullable(String))", u64(1)+"\x00\x06\x00\x00\x00\x00\x00\x00"+u64(2)+"\x00\x01a"+u64(2)+"\x00\x01")
	f(1, "Array(LowCardinality(String))", u64(1)+u64(0))
	f(1, "SimpleAggregateFunction(sum, UInt64)", "12345678")
	f(1, "Point", "1234567812345678")
	f(1, "Ring", u64(1)+"1234567812345678")
	f(3, "Variant(String, UInt8)", u64(0)+"\x01\xff\x00"+"\x01a"+"x")
	f(2, "Dynamic", u64(1)+"\x20\x01\x05UInt8"+u64(0)+"\x01\xff"+"x") // SharedVariant sorts before UInt8
	f(2, "Dynamic", u64(3)+"\x01\x05UInt8"+"\x00\x01"+"x")
	f(2, "JSON", u64(1)+"\x02{}\x02{}")
	f(1, "JSON(a UInt8, max_dynamic_paths = 4, SKIP x)", u64(0)+"\x04\x00"+"x"+u64(0))
	f(1, "JSON(a UInt8)", u64(3)+"\x00"+"x")
	f(0, "AggregateFunction(sum, UInt64)", "")
}

func TestBrokenBlocks(t *testing.T) {
	f := func(what string, data []byte, revision int) {
		t.Helper()
		b, err := Read(bufio.NewReader(bytes.NewReader(data)), revision)
		if err == nil || errors.Is(err, io.EOF) && len(data) > 0 {
			t.Errorf("%s: block %v, error %v", what, b, err)
		}
	}
	f("states", wire(1, "AggregateFunction(sum, UInt64)", "12345678"), 0)
	f("unknown type", wire(1, "Int7", "1"), 0)
	f("cut off", wire(2, "UInt64", "1234567812"), 0)
	f("text longer than the input", wire(1, "String", "\xff\xff\xff\x07a"), 0)
	f("elements longer than the input", wire(1, "Array(UInt64)", "\xff\xff\xff\x0f\x00\x00\x00\x00"), 0)
	f("too many elements", wire(1, "Array(UInt64)", "\xff\xff\xff\xff\xff\xff\xff\xff"), 0)
	f("too many rows", []byte("\x01\xff\xff\xff\xff\xff\xff\xff\xff\x01"), 0)
	f("number without end", bytes.Repeat([]byte{0xff}, 20), 0)
	f("custom serialisation", []byte("\x00\x01\x01\x01c\x05UInt8\x01x"), withCustomSerialization)
	f("unknown block info", []byte("\x09\x01"), 1)
	f("dictionary of another block", wire(1, "LowCardinality(String)", u64(1)+"\x00\x01\x00\x00\x00\x00\x00\x00"), 0)
	f("variant without that type", wire(1, "Variant(String, UInt8)", u64(0)+"\x05"), 0)
	f("nested for ever", wire(1, string(bytes.Repeat([]byte("Array("), 20)), ""), 0)
	if _, err := Read(bufio.NewReader(bytes.NewReader(nil)), 0); !errors.Is(err, io.EOF) {
		t.Errorf("no block: error %v, want io.EOF", err)
	}
}

func TestRevisions(t *testing.T) {
	b := Block{Rows: 1, Columns: []Column{{"a", "UInt8", []byte("x")}, {"b", "String", []byte("\x01y")}}}
	for revision, want := range map[int]string{
		0:                       "\x02\x01\x01a\x05UInt8x\x01b\x06String\x01y",
		54000:                   "\x01\x00\x02\xff\xff\xff\xff\x00" + "\x02\x01\x01a\x05UInt8x\x01b\x06String\x01y",
		withCustomSerialization: "\x01\x00\x02\xff\xff\xff\xff\x00" + "\x02\x01\x01a\x05UInt8\x00x\x01b\x06String\x00\x01y",
	} {
		got := b.Append(nil, revision)
		if string(got) != want {
			t.Errorf("revision %d: %q, want %q", revision, got, want)
		}
		back, err := Read(bufio.NewReader(bytes.NewReader(got)), revision)
		if d := cmp.Diff(b, back); err != nil || d != "" {
			t.Errorf("revision %d read back: error %v, %s", revision, err, d)
		}
		if h := string(b.Header().Append(nil, 0)); h != "\x02\x00\x01a\x05UInt8\x01b\x06String" {
			t.Errorf("header %q", h)
		}
	}
}

// FuzzRead reads any input; what it takes is written again as it was.
func FuzzRead(f *testing.F) {
	for _, seed := range [][]byte{
		wire(2, "UInt8", "ab"), wire(2, "Nullable(String)", "\x00\x01\x01a\x00"), wire(1, "Map(String, UInt8)", u64(1)+"\x01ax"),
		wire(2, "LowCardinality(String)", u64(1)+"\x00\x06\x00\x00\x00\x00\x00\x00"+u64(2)+"\x00\x01a"+u64(2)+"\x00\x01"),
		wire(3, "Variant(String, UInt8)", u64(0)+"\x01\xff\x00\x01ax"), wire(2, "Dynamic", u64(1)+"\x20\x01\x05UInt8"+u64(0)+"\x01\xffx"),
		wire(1, "JSON(a UInt8)", u64(0)+"\x04\x00x"+u64(0)), wire(1, "Tuple(a Array(Enum8('x' = 1)))", u64(1)+"x"), []byte("\x00\x01\x01\x01c\x05UInt8\x01x"),
	} {
		f.Add(seed, 0)
		f.Add(seed, 54460)
	}
	f.Fuzz(func(t *testing.T, data []byte, revision int) {
		in := bytes.NewReader(data)
		b, err := Read(in, revision)
		if err != nil {
			return
		}
		again, err := Read(bytes.NewReader(b.Append(nil, revision)), revision)
		if d := cmp.Diff(b, again, cmpopts.EquateEmpty()); err != nil || d != "" {
			t.Errorf("read again: error %v, %s", err, d)
		}
	})
}
