package accesslog

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

type seenLine struct {
	Text           string
	Offset, End    int64
	TooLong, Whole bool
}

func readAll(t *testing.T, r *LineReader) []seenLine {
	t.Helper()
	var lines []seenLine
	for {
		raw, err := r.Next()
		if errors.Is(err, io.EOF) {
			return lines
		}
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, seenLine{string(raw.Bytes), raw.Offset, raw.End, raw.TooLong, raw.Whole})
	}
}

func TestLineReader(t *testing.T) {
	f := func(text string, want ...seenLine) {
		t.Helper()
		for _, from := range []io.Reader{strings.NewReader(text), iotest.DataErrReader(strings.NewReader(text)), iotest.HalfReader(strings.NewReader(text))} {
			if diff := cmp.Diff(want, readAll(t, NewLineReader(from, 100))); diff != "" {
				t.Errorf("%.40q: %s", text, diff)
			}
		}
	}
	x := strings.Repeat("x", MaxLine)
	const n = int64(MaxLine)
	f("")
	f("a", seenLine{"a", 100, 101, false, false})
	f("a\n\r\nb\r\nc\r", seenLine{"a", 100, 102, false, true}, seenLine{"", 102, 104, false, true},
		seenLine{"b", 104, 107, false, true}, seenLine{"c", 107, 109, false, false})
	f(x+"\na\n", seenLine{x, 100, 101 + n, false, true}, seenLine{"a", 101 + n, 103 + n, false, true})
	f(x+"\r\na\n", seenLine{x, 100, 102 + n, false, true}, seenLine{"a", 102 + n, 104 + n, false, true})
	f(x+"y\na\n", seenLine{x, 100, 102 + n, true, true}, seenLine{"a", 102 + n, 104 + n, false, true})
	f(x+x+x+"\na\n", seenLine{x, 100, 101 + 3*n, true, true}, seenLine{"a", 101 + 3*n, 103 + 3*n, false, true})
	f(x, seenLine{x, 100, 100 + n, false, false})
	f(x+x, seenLine{x, 100, 100 + 2*n, true, false})
}

func TestLineReaderError(t *testing.T) {
	broken := errors.New("disk on fire")
	r := NewLineReader(io.MultiReader(strings.NewReader("a\nb"), iotest.ErrReader(broken)), 0)
	for _, want := range []seenLine{{"a", 0, 2, false, true}, {"b", 2, 3, false, false}} {
		raw, err := r.Next()
		if got := (seenLine{string(raw.Bytes), raw.Offset, raw.End, raw.TooLong, raw.Whole}); err != nil || got != want {
			t.Errorf("got %+v, %v, want %+v", got, err, want)
		}
	}
	if _, err := r.Next(); !errors.Is(err, broken) || !strings.Contains(err.Error(), "byte 3") {
		t.Errorf("got error %v", err)
	}
}

// TestLineReaderMemory: a line of a gigabyte costs no more than its first 64 KB.
func TestLineReaderMemory(t *testing.T) {
	endless := io.LimitReader(zeros{}, 1<<30)
	r := NewLineReader(endless, 0)
	allocated := testing.AllocsPerRun(1, func() { r.Next() })
	if raw, err := r.Next(); !errors.Is(err, io.EOF) || raw.Offset != 1<<30 || cap(r.long) > 2*MaxLine || allocated > 10 {
		t.Errorf("got offset %d, %v, %d bytes kept, %f allocations", raw.Offset, err, cap(r.long), allocated)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// FuzzLineReader: lines and their ends are the stream again, whatever the reads look like.
func FuzzLineReader(f *testing.F) {
	f.Add([]byte("a\nb\r\n\n\r\r\nlast"), 7, 3)
	f.Add([]byte("x"), 70000, 1)
	f.Fuzz(func(t *testing.T, text []byte, repeat, chunk int) {
		text = bytes.Repeat(text, min(max(repeat, 0), 200000/(len(text)+1)+1))
		lines := readAll(t, NewLineReader(chunks{bytes.NewReader(text), min(max(chunk, 1), 1<<20)}, 0))
		at := int64(0)
		for i, l := range lines {
			whole := text[l.Offset:l.End]
			content := bytes.TrimSuffix(bytes.TrimSuffix(whole, []byte("\n")), []byte("\r"))
			ended := bytes.HasSuffix(whole, []byte("\n"))
			switch {
			case l.Offset != at || l.End <= l.Offset:
				t.Fatalf("line %d stands at %d–%d, the last one ended at %d", i, l.Offset, l.End, at)
			case l.Whole != ended || !ended && i < len(lines)-1 || bytes.Count(whole, []byte("\n")) > 1:
				t.Fatalf("line %d is %.80q, whole %v", i, whole, l.Whole)
			case l.TooLong != (len(content) > MaxLine) || l.Text != string(content[:min(len(content), MaxLine)]):
				t.Fatalf("line %d of %d bytes was read as %.80q, too long %v", i, len(content), l.Text, l.TooLong)
			}
			at = l.End
		}
		if at != int64(len(text)) {
			t.Fatalf("read %d of %d bytes", at, len(text))
		}
	})
}

type chunks struct {
	from io.Reader
	size int
}

func (c chunks) Read(p []byte) (int, error) { return c.from.Read(p[:min(len(p), c.size)]) }
