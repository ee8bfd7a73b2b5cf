package spool

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// segment is one file of frames. Its name is the time of its making, which orders the segments, and
// its salt.
type segment struct {
	path    string
	file    *os.File // while it is written
	began   int64    // Unix milliseconds
	salt    uint64
	bytes   int64 // what is synced
	records int   // frames in it
}

const (
	segmentSuffix = ".spool"
	// refusedSuffix marks records that Kafka would not have. They are kept until somebody looks at them;
	// renamed to a segment they are sent again.
	refusedSuffix = ".refused"
)

func parseName(name string) (began int64, salt uint64, ok bool) {
	base, isSegment := strings.CutSuffix(name, segmentSuffix)
	first, second, isPair := strings.Cut(base, "-")
	began, err := strconv.ParseInt(first, 10, 64)
	salt, err2 := strconv.ParseUint(second, 16, 64)
	return began, salt, isSegment && isPair && err == nil && err2 == nil
}

func createFile(name string) (*os.File, error) {
	return os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
}

// newSegment makes an empty file that is still there after a power cut. Call it with io held.
func (s *Spool) newSegment(suffix string) (*segment, error) {
	var salt [8]byte
	rand.Read(salt[:]) // never fails: crypto/rand ends the process instead
	s.written = max(s.now().UnixMilli(), s.written+1)
	seg := &segment{began: s.written, salt: binary.LittleEndian.Uint64(salt[:])}
	seg.path = filepath.Join(s.cfg.Dir, fmt.Sprintf("%013d-%016x%s", seg.began, seg.salt, suffix))
	file, err := s.create(seg.path)
	if err != nil {
		return nil, fmt.Errorf("make spool segment: %w", err)
	}
	seg.file = file
	if err := syncFolder(s.cfg.Dir); err != nil {
		return nil, errors.Join(err, file.Close(), os.Remove(seg.path))
	}
	return seg, nil
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("sync spool folder: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("sync spool folder: %w", err)
	}
	return nil
}

// append writes the records and syncs them. After an error what was written of them is cut off again.
func (seg *segment) append(buffer []byte, group []*appending) ([]byte, error) {
	buffer, index := buffer[:0], uint32(seg.records)
	for _, one := range group {
		for _, record := range one.records {
			buffer = appendFrame(buffer, seg.salt, seg.bytes+int64(len(buffer)), index, record)
			index++
		}
	}
	_, err := seg.file.Write(buffer)
	if err == nil {
		err = seg.file.Sync()
	}
	if err != nil {
		_ = seg.file.Truncate(seg.bytes) // the segment ends here in any case
		return buffer, fmt.Errorf("write to spool: %w", err)
	}
	seg.bytes, seg.records = seg.bytes+int64(len(buffer)), int(index)
	return buffer, nil
}

// load finds the segments of an earlier process.
func (s *Spool) load() error {
	entries, err := os.ReadDir(s.cfg.Dir) // sorted by name, and so by age
	if err != nil {
		return fmt.Errorf("look into spool folder: %w", err)
	}
	for _, entry := range entries {
		if strings.HasSuffix(entry.Name(), refusedSuffix) {
			if info, err := entry.Info(); err == nil {
				s.bytes += info.Size()
			}
			continue
		}
		began, salt, ok := parseName(entry.Name())
		if !ok {
			continue
		}
		s.loadSegment(&segment{path: filepath.Join(s.cfg.Dir, entry.Name()), began: began, salt: salt})
		s.written = max(s.written, began)
	}
	return nil
}

// loadSegment counts the records of a segment. One that cannot be read stays where it is.
func (s *Spool) loadSegment(seg *segment) {
	data, err := os.ReadFile(seg.path)
	if err != nil {
		s.unreadable(seg, err)
		return
	}
	seg.bytes = int64(len(data))
	reader := frames{data: data, salt: seg.salt, lost: func(string, int) {}}
	for _, ok := reader.next(); ok; _, ok = reader.next() {
		seg.records++
	}
	s.bytes += seg.bytes
	s.records += seg.records
	s.sealed = append(s.sealed, seg)
}

// seal ends the active segment. Call it with io held.
func (s *Spool) seal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	seg := s.active
	if seg == nil {
		return
	}
	s.active = nil
	if err := seg.file.Close(); err != nil { // all that counts is synced
		s.log.Warn("close spool segment", "segment", seg.path, "error", err)
	}
	seg.file = nil
	if seg.records == 0 {
		s.remove(seg)
		return
	}
	s.sealed = append(s.sealed, seg)
}

// remove deletes a segment's file. One that comes back after a power cut is sent again, which is harmless.
func (s *Spool) remove(seg *segment) {
	if err := os.Remove(seg.path); err != nil {
		s.log.Error("delete spool segment", "segment", seg.path, "error", err)
	}
}

func (s *Spool) unreadable(seg *segment, err error) {
	s.metrics.lost(lostUnreadable, max(1, seg.records))
	s.log.Error("a spool segment cannot be read and stays where it is", "segment", seg.path, "error", err)
}

// forget takes a segment out of the list.
func (s *Spool) forget(seg *segment) {
	s.sealed = slices.DeleteFunc(s.sealed, func(other *segment) bool { return other == seg })
}
