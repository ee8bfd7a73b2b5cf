package accesslog

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// logs are the files that a Follower has open, and the marks of those that it has not.
type logs struct {
	globs  []string
	drain  time.Duration // how long a file that no glob matches any more is kept open after it last grew
	log    *slog.Logger
	found  time.Time // when the globs were last looked at
	open   []*tail
	parked []mark
	packed []packed        // compressed logs with a rest that is to be read
	lost   bool            // a log was truncated: what was not read of it may stand in a copy
	noted  map[string]bool // troubles that have been logged; a log is looked at several times a second
}

// note logs a trouble once, until settle is told that it is over.
func (l *logs) note(level slog.Level, trouble, about string, err error) {
	if key := trouble + about; !l.noted[key] {
		l.noted[key] = true
		l.log.Log(context.Background(), level, trouble, "about", about, "error", err)
	}
}

func (l *logs) settle(trouble, about string) { delete(l.noted, trouble+about) }

const (
	troubleNone     = "no log matches; waiting for one"
	troubleOpen     = "a log cannot be opened; trying again"
	troubleRead     = "a log cannot be read; trying again"
	troublePacked   = "a compressed log cannot be read to its end"
	troubleSave     = "the place in the logs is not kept; lines would be posted again after a restart"
	troubleRefused  = "the collector refuses views; they are counted and passed over"
	troubleCompress = "a compressed log is not followed; import it if it was never followed"
)

// find brings the open files up to date with what the globs match now. A file that was renamed
// stays open: its server may write to the old name's file for a while.
func (l *logs) find(now time.Time) {
	l.found = now
	for _, glob := range l.globs {
		paths, _ := filepath.Glob(glob) // fails for bad patterns only, which Validate refuses
		if len(paths) == 0 {
			l.note(slog.LevelWarn, troubleNone, glob, nil)
			continue
		}
		l.settle(troubleNone, glob)
		for _, path := range paths {
			l.meet(path)
		}
	}
}

// meet opens the file unless it is open already, under this or another name.
func (l *logs) meet(path string) {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return // it went away since the glob, or is no log
	}
	id, err := identify(info)
	if err != nil {
		l.note(slog.LevelError, troubleOpen, path, err)
		return
	}
	if t := l.opened(id); t != nil {
		t.path, t.seen = path, l.found
		return
	}
	t, err := openTail(path, l.found)
	if err != nil {
		l.note(slog.LevelError, troubleOpen, path, err)
		return
	}
	l.settle(troubleOpen, path)
	if target, err := filepath.EvalSymlinks(path); err == nil && target != path {
		t.target = target
	}
	l.log.Info("following a log", "path", path)
	l.open = append(l.open, t)
}

func (l *logs) opened(id fileID) *tail {
	for _, t := range l.open {
		if t.id == id {
			return t
		}
	}
	return nil
}

// retire closes the files that find has not met for long enough, and keeps their marks. It is for
// times when all that was written has been read.
func (l *logs) retire(now time.Time) {
	l.open = slices.DeleteFunc(l.open, func(t *tail) bool {
		switch {
		case t.seen.Equal(l.found):
			t.lonely = time.Time{}
			return false
		case t.lonely.IsZero():
			t.lonely = now
		}
		if now.Sub(t.lonely) < l.drain {
			return false
		}
		if t.begun {
			l.parked = append(l.parked, t.mark())
		}
		t.file.Close()
		l.log.Info("a log that was rotated away is done", "path", t.path, "offset", t.done)
		return true
	})
}

// adopt takes a file among the open ones, in place of its own mark. Another file's mark that led to
// it stays: that file may still be there.
func (l *logs) adopt(t *tail) {
	l.parked = slices.DeleteFunc(l.parked, func(m mark) bool { return m.fileID == t.id && m.First == t.first })
	l.open = append(l.open, t)
}

// park closes a log and keeps its mark.
func (l *logs) park(t *tail) {
	l.parked = append(l.parked, t.mark())
	if t.file != nil {
		t.file.Close()
	}
	l.open = slices.DeleteFunc(l.open, func(o *tail) bool { return o == t })
}

// look is tail.look, with the log's mark taken up when its first line becomes known.
func (l *logs) look(t *tail, now time.Time) bool {
	known, before := t.begun, t.mark()
	more, restarted, err := t.look(now)
	if err != nil {
		l.note(slog.LevelError, troubleRead, t.path, err)
		return false
	}
	l.settle(troubleRead, t.path)
	if restarted {
		l.log.Info("a log begins anew", "path", t.path)
		before.fileID = fileID{} // it is another log's now
		l.parked, l.lost = append(l.parked, before), true
	}
	if t.compressed {
		l.note(slog.LevelWarn, troubleCompress, t.path, nil)
	}
	if t.begun && (!known || restarted) {
		for _, m := range l.parked {
			if t.resume(m) {
				l.log.Info("resuming a log", "path", t.path, "offset", t.next)
			}
		}
		l.parked = slices.DeleteFunc(l.parked, func(m mark) bool { return m.fileID == t.id && m.First == t.first })
		more = more && t.size > t.next
	}
	return more
}

// marks lists the places in all logs, open or not.
func (l *logs) marks(now time.Time) []mark {
	l.parked = slices.DeleteFunc(l.parked, func(m mark) bool { return now.Sub(m.Seen) > keepParked })
	marks := slices.Clone(l.parked)
	for _, t := range l.open {
		if t.begun {
			marks = append(marks, t.mark())
		}
	}
	slices.SortFunc(marks, func(a, b mark) int { return strings.Compare(a.Path, b.Path) })
	return marks
}

func (l *logs) close() {
	for _, t := range l.open {
		if t.file != nil {
			t.file.Close()
		}
	}
	l.open = nil
}
