package block

import "fmt"

// fixed is a type whose values all have that many bytes.
type fixed int

func (fixed) prefix(*reader) error { return nil }

func (f fixed) values(r *reader, rows int) error { return r.skip(int(f) * rows) }

type str struct{}

func (str) prefix(*reader) error { return nil }

func (str) values(r *reader, rows int) error {
	for range rows {
		n, err := r.uvarint()
		if err != nil {
			return err
		}
		if n > maxCount {
			return fmt.Errorf("text of %d bytes", n)
		}
		if err := r.skip(int(n)); err != nil {
			return err
		}
	}
	return nil
}

// nullable has a byte for each row that says whether it is NULL, then all values.
type nullable struct{ of typ }

func (n nullable) prefix(r *reader) error { return n.of.prefix(r) }

func (n nullable) values(r *reader, rows int) error {
	if err := r.skip(rows); err != nil {
		return err
	}
	return n.of.values(r, rows)
}

// array has the end of each row's elements, then all elements. Maps are arrays of pairs.
type array struct{ of typ }

func (a array) prefix(r *reader) error { return a.of.prefix(r) }

func (a array) values(r *reader, rows int) error {
	if rows == 0 {
		return a.of.values(r, 0)
	}
	if err := r.skip(8 * (rows - 1)); err != nil {
		return err
	}
	elements, err := r.count64()
	if err != nil {
		return err
	}
	return a.of.values(r, elements)
}

type tuple []typ

func (t tuple) prefix(r *reader) error {
	for _, e := range t {
		if err := e.prefix(r); err != nil {
			return err
		}
	}
	return nil
}

func (t tuple) values(r *reader, rows int) error {
	if len(t) == 0 {
		return r.skip(rows)
	}
	for _, e := range t {
		if err := e.values(r, rows); err != nil {
			return err
		}
	}
	return nil
}

// dictionary is LowCardinality: the distinct values, then for each row the place among them.
type dictionary struct{ of typ }

// lowCardinality leaves Nullable out: the first place in the dictionary stands for NULL.
func lowCardinality(of typ) typ {
	if n, ok := of.(nullable); ok {
		of = n.of
	}
	return dictionary{of}
}

func (dictionary) prefix(r *reader) error { return r.skip(8) }

func (d dictionary) values(r *reader, rows int) error {
	if rows == 0 {
		return nil
	}
	flags, err := r.fixed64()
	if err != nil {
		return err
	}
	width := flags & 0xff
	if width > 3 || flags&0x100 != 0 {
		return fmt.Errorf("flags %#x of LowCardinality", flags)
	}
	keys, err := r.count64()
	if err != nil {
		return err
	}
	if err := d.of.values(r, keys); err != nil {
		return err
	}
	indexes, err := r.count64()
	if err != nil {
		return err
	}
	return r.skip(indexes << width)
}
