package store

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/footfall-analytics/footfall/pkg/dashboard/access"
)

func open(t *testing.T, dir string) *Store {
	t.Helper()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// fill writes users enough for several pages and closes the file.
func fill(t *testing.T, dir string) {
	t.Helper()
	s := open(t, dir)
	defer s.Close()
	err := s.Update(func(tx *Tx) error {
		var errs []error
		for i := range 500 {
			name := "user" + strconv.Itoa(i)
			errs = append(errs, tx.Users().Put(name, User{Name: name, Role: access.Viewer}))
		}
		return errors.Join(errs...)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestStoreKeepsRecords(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir)
	s := open(t, dir)
	defer s.Close()
	err := s.Update(func(tx *Tx) error {
		u, ok, err := tx.Users().Get("user7")
		if diff := cmp.Diff(User{Name: "user7", Role: access.Viewer}, u); diff != "" || !ok || err != nil {
			t.Errorf("%t, %v: %s", ok, err, diff)
		}
		n, err := tx.Users().DeleteWhere(func(u User) bool { return strings.HasSuffix(u.Name, "9") })
		if n != 50 || err != nil {
			t.Errorf("deleted %d, %v", n, err)
		}
		left, err := tx.Users().Find(func(User) bool { return true })
		if len(left) != 450 || err != nil {
			t.Errorf("%d are left, %v", len(left), err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestFailedChangeChangesNothing(t *testing.T) {
	s := open(t, t.TempDir())
	defer s.Close()
	want := errors.New("no")
	err := s.Update(func(tx *Tx) error { return errors.Join(tx.Users().Put("a", User{}), want) })
	if !errors.Is(err, want) {
		t.Errorf("error %v", err)
	}
	_ = s.View(func(tx *Tx) error {
		if _, ok, _ := tx.Users().Get("a"); ok {
			t.Error("half a change is there")
		}
		return nil
	})
}

func TestFileIsForOneProcess(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	defer s.Close()
	if _, err := Open(dir); !errors.Is(err, ErrHeld) || !strings.Contains(err.Error(), fileName) {
		t.Errorf("error %v", err)
	}
}

func TestOnlyTheOwnerReadsTheFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	open(t, dir).Close()
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, fileName): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
}

func TestDamage(t *testing.T) {
	f := func(name string, damage func([]byte) []byte) {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			fill(t, dir)
			path := filepath.Join(dir, fileName)
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, damage(content), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := Open(dir); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "backup") {
				t.Errorf("error %v", err)
			}
		})
	}
	f("not a store", func([]byte) []byte { return []byte("users:\n- admin\n") })
	f("text of its length", func(b []byte) []byte { return bytes.Repeat([]byte("x"), len(b)) })
	f("both heads", func(b []byte) []byte { clear(b[:2*os.Getpagesize()]); return b })
	f("cut in half", func(b []byte) []byte { return b[:len(b)/2] })
	f("cut to its heads", func(b []byte) []byte { return b[:2*os.Getpagesize()] })
	f("empty pages", func(b []byte) []byte { clear(b[2*os.Getpagesize():]); return b })
	f("noise", func(b []byte) []byte {
		random := rand.New(rand.NewPCG(1, 2))
		for i := 2 * os.Getpagesize(); i < len(b); i++ {
			b[i] = byte(random.Uint32())
		}
		return b
	})
}

func TestSecretsAreLongAndDiffer(t *testing.T) {
	a, hash := NewSecret("ff_")
	b, _ := NewSecret("ff_")
	if a == b || len(a) != len("ff_")+43 || !strings.HasPrefix(a, "ff_") || hash != Hash(a) || strings.Contains(hash, ID(hash)) {
		t.Errorf("%q, %q, %q", a, b, hash)
	}
}

func TestScope(t *testing.T) {
	f := func(outer, inner Scope, holds bool, narrow Scope) {
		t.Helper()
		if got := outer.Holds(inner); got != holds {
			t.Errorf("%v holds %v: %t", outer, inner, got)
		}
		if diff := cmp.Diff(narrow, outer.Narrow(inner)); diff != "" {
			t.Errorf("%v and %v: %s", outer, inner, diff)
		}
	}
	all, a, ab, c := Scope{All: true}, Scope{Sites: []string{"a"}}, Scope{Sites: []string{"a", "b"}}, Scope{Sites: []string{"c"}}
	f(all, all, true, all)
	f(all, ab, true, ab)
	f(ab, all, false, ab)
	f(ab, a, true, a)
	f(a, ab, false, a)
	f(a, c, false, Scope{Sites: []string{}})
	f(Scope{}, a, false, Scope{})
	f(a, Scope{}, true, Scope{Sites: []string{}})
}
