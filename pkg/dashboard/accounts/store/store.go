// Package store keeps the dashboard's people in one file: users, sessions, API tokens, shared links and
// one-time links.
//
// A change is on disk (fsynced) before Update returns, whole or not at all. The file is locked: one process
// has it. What proves who somebody is stands in it only as a hash: passwords as argon2id, everything else
// as SHA-256 of 256 random bits, so a copy of the file opens nothing.
package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// fileName is the one file in the state folder.
const fileName = "accounts.db"

// lockWait is how long a process waits for one that is just stopping.
const lockWait = time.Second

// ErrHeld says that another process has the file.
var ErrHeld = errors.New("held by another process, such as a running dashboard: stop that one first")

// ErrDamaged says that the file cannot be used.
var ErrDamaged = errors.New("damaged: put a copy from a backup in its place, or move it away to begin without users")

// Store is the open file.
type Store struct{ db *bbolt.DB }

// Open opens the file of a state folder and checks all of it; both are made when they do not exist. The
// error wraps ErrHeld or ErrDamaged.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the dashboard's state folder: %w", err)
	}
	path := filepath.Join(dir, fileName)
	db, err := openChecked(path)
	switch {
	case err == nil:
		return &Store{db}, nil
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, fmt.Errorf("dashboard state %q is %w", path, ErrHeld)
	case errors.Is(err, os.ErrPermission):
		return nil, fmt.Errorf("open dashboard state: %w", err)
	default:
		return nil, fmt.Errorf("dashboard state %q is %w: %w", path, ErrDamaged, err)
	}
}

// openChecked reads every page once. The library maps the file into memory and panics over nonsense in
// it, and reading what a truncated file lacks is a memory fault; here both become errors.
func openChecked(path string) (db *bbolt.DB, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if trouble := recover(); trouble != nil {
			db, err = nil, errors.Join(fmt.Errorf("%v", trouble), closeQuietly(db))
		}
	}()
	if db, err = bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockWait}); err != nil {
		return nil, err
	}
	if err := db.View(complete); err != nil {
		return nil, errors.Join(err, closeQuietly(db))
	}
	if err := db.Update(prepare); err != nil {
		return nil, errors.Join(err, closeQuietly(db))
	}
	return db, nil
}

// complete refuses a file that ends before its last page.
func complete(tx *bbolt.Tx) error {
	file, err := os.Stat(tx.DB().Path())
	if err != nil {
		return fmt.Errorf("look at the file: %w", err)
	}
	if file.Size() < tx.Size() {
		return fmt.Errorf("has %d bytes of %d", file.Size(), tx.Size())
	}
	return nil
}

// closeQuietly closes what may be half open after a panic.
func closeQuietly(db *bbolt.DB) (err error) {
	if db == nil {
		return nil
	}
	defer func() {
		if trouble := recover(); trouble != nil {
			err = fmt.Errorf("close: %v", trouble)
		}
	}()
	return db.Close()
}

// prepare makes the tables and looks for damage.
func prepare(tx *bbolt.Tx) error {
	for _, name := range tables {
		if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return fmt.Errorf("make table %s: %w", name, err)
		}
	}
	var errs []error
	for trouble := range tx.Check() {
		errs = append(errs, trouble)
	}
	return errors.Join(errs...)
}

// Close gives the file free.
func (s *Store) Close() error {
	if err := s.db.Close(); err != nil {
		return fmt.Errorf("close dashboard state: %w", err)
	}
	return nil
}

// View reads one state of all tables.
func (s *Store) View(read func(*Tx) error) error {
	return s.db.View(func(tx *bbolt.Tx) error { return read(&Tx{tx}) })
}

// Update changes the tables; when change returns an error nothing has changed.
func (s *Store) Update(change func(*Tx) error) error {
	return s.db.Update(func(tx *bbolt.Tx) error { return change(&Tx{tx}) })
}
