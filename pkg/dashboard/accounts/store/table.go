package store

import (
	"encoding/json"
	"fmt"

	"go.etcd.io/bbolt"
)

// Tx is one transaction.
type Tx struct{ tx *bbolt.Tx }

var tables = []string{"users", "sessions", "tokens", "shares", "links"}

// Users by name.
func (t *Tx) Users() Table[User] { return Table[User]{t.tx.Bucket([]byte("users"))} }

// Sessions by the hash of the cookie.
func (t *Tx) Sessions() Table[Session] { return Table[Session]{t.tx.Bucket([]byte("sessions"))} }

// Tokens by the hash of the token.
func (t *Tx) Tokens() Table[Token] { return Table[Token]{t.tx.Bucket([]byte("tokens"))} }

// Shares by the hash of the link's secret.
func (t *Tx) Shares() Table[Share] { return Table[Share]{t.tx.Bucket([]byte("shares"))} }

// Links by the hash of the link's secret.
func (t *Tx) Links() Table[Link] { return Table[Link]{t.tx.Bucket([]byte("links"))} }

// Table keeps records of one kind as JSON, in the order of their keys.
type Table[T any] struct{ bucket *bbolt.Bucket }

// Get reads a record; ok is false when there is none.
func (t Table[T]) Get(key string) (record T, ok bool, err error) {
	value := t.bucket.Get([]byte(key))
	if value == nil {
		return record, false, nil
	}
	if err := json.Unmarshal(value, &record); err != nil {
		return record, false, fmt.Errorf("read record: %w", err)
	}
	return record, true, nil
}

// Put writes a record.
func (t Table[T]) Put(key string, record T) error {
	value, err := json.Marshal(record)
	if err != nil {
		return fmt.Errorf("encode record: %w", err)
	}
	if err := t.bucket.Put([]byte(key), value); err != nil {
		return fmt.Errorf("write record: %w", err)
	}
	return nil
}

// Delete removes a record, if there is one.
func (t Table[T]) Delete(key string) error {
	if err := t.bucket.Delete([]byte(key)); err != nil {
		return fmt.Errorf("delete record: %w", err)
	}
	return nil
}

// Keyed is a record with its key.
type Keyed[T any] struct {
	Key    string
	Record T
}

// Find lists the records for which want is true.
func (t Table[T]) Find(want func(T) bool) ([]Keyed[T], error) {
	var found []Keyed[T]
	err := t.bucket.ForEach(func(key, value []byte) error {
		var record T
		if err := json.Unmarshal(value, &record); err != nil {
			return fmt.Errorf("read record: %w", err)
		}
		if want(record) {
			found = append(found, Keyed[T]{string(key), record})
		}
		return nil
	})
	return found, err
}

// DeleteWhere removes the records for which drop is true and says how many they were.
func (t Table[T]) DeleteWhere(drop func(T) bool) (int, error) {
	found, err := t.Find(drop)
	if err != nil {
		return 0, err
	}
	for _, k := range found {
		if err := t.Delete(k.Key); err != nil {
			return 0, err
		}
	}
	return len(found), nil
}
