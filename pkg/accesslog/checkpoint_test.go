package accesslog

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestCheckpoint(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.json")
	if marks, err := loadMarks(path); err != nil || marks != nil {
		t.Errorf("got %v, %v without a file", marks, err)
	}
	want := []mark{{Path: "/var/log/ä", fileID: fileID{1 << 63, 2}, First: LineHash{1, 0xff}, Offset: 1 << 50, Seen: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}}
	if err := saveMarks(path, want); err != nil {
		t.Fatal(err)
	}
	if got, err := loadMarks(path); err != nil || !slices.Equal(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v", info.Mode(), err)
	}
	if _, err := loadMarks(filepath.Dir(path)); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got error %v for a folder", err)
	}
}

func FuzzCheckpoint(f *testing.F) {
	f.Add([]byte(`{"version":1,"files":[{"path":"a","device":1,"inode":2,"first_line":"` + strings.Repeat("0a", 32) + `","offset":3,"seen":"2026-01-02T03:04:05Z"}]}`))
	f.Add([]byte(`{"version":1,"files":[{"first_line":"0"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		marks, err := parseMarks(text)
		if err != nil {
			return
		}
		path := filepath.Join(t.TempDir(), "state.json")
		if err := saveMarks(path, marks); err != nil {
			return // such as a year of five digits
		}
		again, err := loadMarks(path)
		if err != nil || len(again) != len(marks) {
			t.Errorf("wrote %+v, read %+v, %v", marks, again, err)
		}
	})
}
