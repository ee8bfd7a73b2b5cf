package block

import (
	"fmt"
	"slices"
	"strings"
)

// variant has for each row the place of its type, 255 for NULL, then the values of each type.
type variant struct{ of []typ }

func (v *variant) prefix(r *reader) error {
	mode, err := r.fixed64()
	if err != nil {
		return err
	}
	if mode != 0 {
		return fmt.Errorf("mode %d of a Variant", mode)
	}
	return tuple(v.of).prefix(r)
}

func (v *variant) values(r *reader, rows int) error {
	places, err := r.bytes(rows)
	if err != nil {
		return err
	}
	var counts [256]int
	for _, p := range places {
		counts[p]++
	}
	for i, t := range v.of {
		if err := t.values(r, counts[i]); err != nil {
			return err
		}
		rows -= counts[i]
	}
	if rows != counts[null] {
		return fmt.Errorf("rows of a type that is none of a Variant's %d", len(v.of))
	}
	return nil
}

// null is the place that stands for NULL; fewer types than that fit.
const null = 255

// dynamic names its types in the prefix; from then on it is a variant of them, or flat.
type dynamic struct {
	depth int
	is    typ
}

func (d *dynamic) prefix(r *reader) error {
	version, err := r.fixed64()
	if err != nil {
		return err
	}
	if version < 1 || version > 3 {
		return fmt.Errorf("version %d of Dynamic", version)
	}
	if version == 1 {
		if _, err := r.uvarint(); err != nil { // the most types it may have
			return err
		}
	}
	names, err := r.names(null - 1)
	if err != nil {
		return err
	}
	if version != 3 {
		names = append(names, "SharedVariant")
		slices.Sort(names)
	}
	of := make([]typ, len(names))
	for i, name := range names {
		if of[i], err = parseAt(name, d.depth+1); err != nil {
			return err
		}
	}
	d.is = &variant{of}
	if version == 3 {
		d.is = flat(of)
	}
	return d.is.prefix(r)
}

func (d *dynamic) values(r *reader, rows int) error { return d.is.values(r, rows) }

// flat is a variant without a mode, in which the place after the last type stands for NULL.
type flat []typ

func (f flat) prefix(r *reader) error { return tuple(f).prefix(r) }

func (f flat) values(r *reader, rows int) error {
	places, err := r.bytes(rows)
	if err != nil {
		return err
	}
	var counts [256]int
	for _, p := range places {
		counts[p]++
	}
	for i, t := range f {
		if err := t.values(r, counts[i]); err != nil {
			return err
		}
	}
	return nil
}

// names reads a list of names.
func (r *reader) names(limit int) ([]string, error) {
	n, err := r.count()
	if err != nil {
		return nil, err
	}
	if n > limit {
		return nil, fmt.Errorf("list of %d names, at most %d are taken", n, limit)
	}
	var names []string
	for range n {
		size, err := r.uvarint()
		if err != nil {
			return nil, err
		}
		if size > maxText {
			return nil, fmt.Errorf("name of %d bytes", size)
		}
		b, err := r.bytes(int(size))
		if err != nil {
			return nil, err
		}
		names = append(names, string(b))
	}
	return names, nil
}

// object is JSON: the paths with a type, the paths found, each a Dynamic, and all others as texts; or
// simply texts.
type object struct {
	depth int
	typed []typ
	is    typ
}

// parseJSON reads the arguments of JSON(max_dynamic_paths = 8, a.b UInt32, SKIP c).
func parseJSON(args []string, depth int) (typ, error) {
	paths := make(map[string]string)
	for _, arg := range args {
		if strings.HasPrefix(arg, "SKIP ") || strings.Contains(strings.SplitN(arg, "(", 2)[0], "=") {
			continue
		}
		t := withoutName(arg)
		paths[strings.ReplaceAll(strings.TrimSpace(strings.TrimSuffix(arg, t)), "`", "")] = t
	}
	o := &object{depth: depth}
	for _, path := range sorted(paths) {
		t, err := parseAt(paths[path], depth+1)
		if err != nil {
			return nil, err
		}
		o.typed = append(o.typed, t)
	}
	return o, nil
}

func sorted(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// maxPaths of a JSON column; the engine's default is 1024.
const maxPaths = 100_000

func (o *object) prefix(r *reader) error {
	version, err := r.fixed64()
	if err != nil {
		return err
	}
	switch version {
	case 1: // as texts
		o.is = str{}
		return nil
	case 0:
		if _, err := r.uvarint(); err != nil { // the most paths it may have
			return err
		}
	case 2, 3:
	default:
		return fmt.Errorf("version %d of JSON", version)
	}
	paths, err := r.names(maxPaths)
	if err != nil {
		return err
	}
	all := slices.Clone(o.typed)
	for range paths {
		all = append(all, &dynamic{depth: o.depth + 1})
	}
	if version != 3 { // flat JSON has all paths as columns
		all = append(all, array{tuple{str{}, str{}}})
	}
	o.is = tuple(all)
	if len(all) == 0 { // no paths at all: nothing is written for any row
		o.is = fixed(0)
	}
	return o.is.prefix(r)
}

func (o *object) values(r *reader, rows int) error { return o.is.values(r, rows) }
