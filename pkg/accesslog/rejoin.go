package accesslog

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// rejoin takes up the logs that were renamed, copied or compressed while nobody looked. They are
// sought beside their old place: by identity and first line, or, in another file, by first line and the
// bytes before the place. With missed, rotated logs without a mark that were written to since are
// read from their start: they came and went while nobody looked.
func (l *logs) rejoin(now time.Time, missed bool) {
	l.lost = false
	var compressed []packed
	for _, c := range l.candidates() {
		src, err := openPacked(c.path)
		if err != nil {
			continue // it went away, or is none of ours
		}
		c.first, c.id, c.compressed = src.first, src.id, src.compressed
		src.Close()
		if t := l.opened(c.id); t != nil && !t.compressed {
			continue
		}
		m, known := l.markOf(c)
		switch {
		case known:
			c.offset = m.Offset
		case !missed || !c.rotated() || !c.mod.After(l.lastSeen(c.log)):
			continue
		}
		if c.compressed {
			compressed = append(compressed, c)
		} else {
			l.reopen(c, m, now)
		}
	}
	for _, c := range compressed { // unless the log was found before its compression was done
		if !slices.ContainsFunc(l.open, func(t *tail) bool { return t.begun && t.first == c.first }) {
			l.packed = append(l.packed, c)
		}
	}
}

// packed is a file beside a followed log that may hold the log, or a part of its past.
type packed struct {
	path, log  string // where it is; the log that it stands beside
	mod        time.Time
	id         fileID
	first      LineHash
	offset     int64 // where its rest begins
	compressed bool
}

// rotated reports whether the name is one that rotation gives: access.log.1, access.log-20240131.gz,
// access-20240131.log.
func (c packed) rotated() bool {
	base := filepath.Base(c.log)
	ext := filepath.Ext(base)
	stem := regexp.QuoteMeta(strings.TrimSuffix(base, ext))
	const count, zipped = `[.-][0-9][0-9.-]*`, `(\.gz|\.zst)?$`
	ok, _ := regexp.MatchString("^("+stem+regexp.QuoteMeta(ext)+count+"|"+stem+count+regexp.QuoteMeta(ext)+")"+zipped, filepath.Base(c.path))
	return ok
}

// candidates lists the files beside the logs of all marks, the oldest first.
func (l *logs) candidates() (found []packed) {
	seen := map[string]bool{}
	for _, m := range l.parked {
		if !l.matches(m.Path) {
			continue // not ours to follow any more
		}
		for _, place := range []string{m.Path, m.Target} {
			if place == "" || seen[place] {
				continue
			}
			seen[place] = true
			entries, _ := os.ReadDir(filepath.Dir(place)) // none when the folder has gone, and the log with it
			for _, e := range entries {
				path := filepath.Join(filepath.Dir(place), e.Name())
				base := filepath.Base(place)
				if !e.Type().IsRegular() || path == m.Path || !strings.HasPrefix(e.Name(), strings.TrimSuffix(base, filepath.Ext(base))) {
					continue
				}
				if info, err := e.Info(); err == nil && !seen["file "+path] {
					seen["file "+path] = true
					found = append(found, packed{path: path, log: m.Path, mod: info.ModTime()})
				}
			}
		}
	}
	slices.SortStableFunc(found, func(a, b packed) int { return a.mod.Compare(b.mod) })
	return found
}

func (l *logs) matches(path string) bool {
	return slices.ContainsFunc(l.globs, func(glob string) bool { ok, _ := filepath.Match(glob, path); return ok })
}

// markOf finds the furthest mark whose log stands in the file.
func (l *logs) markOf(c packed) (found mark, ok bool) {
	for _, m := range l.parked {
		if m.First == c.first && (!ok || m.Offset > found.Offset) && (m.fileID == c.id || m.Before != nil && holds(c.path, m)) {
			found, ok = m, true
		}
	}
	return found, ok
}

// lastSeen is when one of a path's logs was last looked at.
func (l *logs) lastSeen(path string) (last time.Time) {
	for _, m := range l.parked {
		if m.Path == path && m.Seen.After(last) {
			last = m.Seen
		}
	}
	return last
}

// reopen follows a plain file, which may still be written to under its new name.
func (l *logs) reopen(c packed, m mark, now time.Time) {
	if l.matches(c.path) && m.fileID != c.id {
		return // a glob finds it
	}
	t, err := openTail(c.path, now)
	if err != nil {
		return
	}
	if info, err := t.file.Stat(); err != nil || info.Size() == c.offset && m.fileID != c.id {
		t.file.Close() // a copy that holds nothing new
		return
	}
	t.path = c.log
	t.begun, t.first, t.next, t.done, t.before = true, c.first, c.offset, c.offset, m.Before
	l.log.Info("resuming a log", "path", c.path, "offset", t.next)
	l.adopt(t)
}
