package accesslog

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/google/renameio/v2"
)

// keepParked is how long the place in a log is remembered after the log was last seen.
const keepParked = 30 * 24 * time.Hour

// fileID is what stays when a file is renamed.
type fileID struct {
	Device uint64 `json:"device"`
	Inode  uint64 `json:"inode"`
}

func identify(info fs.FileInfo) (fileID, error) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return fileID{}, fmt.Errorf("identify %s: the system tells no inode", info.Name())
	}
	return fileID{uint64(stat.Dev), stat.Ino}, nil
}

// mark is the place in one log up to which every view has been acknowledged. It holds for a file
// with this identity and this first line only: an inode is used again, and a truncated log goes on
// under its own.
type mark struct {
	Path   string `json:"path"`             // where the file was last seen; for people
	Target string `json:"target,omitempty"` // of the symbolic link at Path
	fileID
	First  LineHash `json:"first_line"`
	Offset int64    `json:"offset"`
	// Before is the hash of the line before the place, by which the place is found again in a copy.
	Before *LineHash `json:"before,omitempty"`
	Seen   time.Time `json:"seen"`
}

// MarshalText writes the hash in hex.
func (h LineHash) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h[:]), nil }

// UnmarshalText reads the hash from hex.
func (h *LineHash) UnmarshalText(text []byte) error {
	if len(text) != hex.EncodedLen(len(h)) {
		return fmt.Errorf("hash %q must have %d hex digits", text, hex.EncodedLen(len(h)))
	}
	_, err := hex.Decode(h[:], text)
	return err
}

type checkpoint struct {
	Version int    `json:"version"`
	Files   []mark `json:"files"`
}

const checkpointVersion = 1

// loadMarks reads the checkpoint file; without one there are no marks. A file that cannot be read
// is an error, not a fresh start: the operator decides whether to ship everything again.
func loadMarks(path string) ([]mark, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the checkpoint: %w", err)
	}
	marks, err := parseMarks(text)
	if err != nil {
		return nil, fmt.Errorf("read the checkpoint %s: %w; repair or delete it: all logs are then shipped from their start, and nothing is counted twice", path, err)
	}
	return marks, nil
}

func parseMarks(text []byte) ([]mark, error) {
	var c checkpoint
	if err := json.Unmarshal(text, &c); err != nil {
		return nil, err
	}
	if c.Version != checkpointVersion {
		return nil, fmt.Errorf("version %d is not %d, which this program writes", c.Version, checkpointVersion)
	}
	return c.Files, nil
}

// saveMarks replaces the checkpoint file: the new one is synced before it takes the old one's name.
func saveMarks(path string, marks []mark) error {
	text, err := json.MarshalIndent(checkpoint{checkpointVersion, marks}, "", " ")
	if err != nil {
		return fmt.Errorf("write the checkpoint %s: %w", path, err)
	}
	if err := renameio.WriteFile(path, append(text, '\n'), 0o600, renameio.WithTempDir(filepath.Dir(path))); err != nil {
		return fmt.Errorf("write the checkpoint: %w", err)
	}
	return nil
}
