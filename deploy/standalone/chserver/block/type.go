package block

import (
	"fmt"
	"strconv"
	"strings"
)

// typ finds the end of a column: first comes the state prefix of the whole type, then the values.
type typ interface {
	prefix(r *reader) error
	values(r *reader, rows int) error
}

// sizes of the types whose values all have the same.
var sizes = map[string]int{
	"Nothing": 1, "Bool": 1, "UInt8": 1, "Int8": 1, "Enum8": 1,
	"UInt16": 2, "Int16": 2, "Enum16": 2, "Date": 2, "BFloat16": 2,
	"UInt32": 4, "Int32": 4, "Float32": 4, "Date32": 4, "DateTime": 4, "DateTime32": 4, "IPv4": 4, "Time": 4, "Decimal32": 4,
	"UInt64": 8, "Int64": 8, "Float64": 8, "DateTime64": 8, "Time64": 8, "Decimal64": 8,
	"UInt128": 16, "Int128": 16, "UUID": 16, "IPv6": 16, "Decimal128": 16, "UInt256": 32, "Int256": 32, "Decimal256": 32,
	"IntervalNanosecond": 8, "IntervalMicrosecond": 8, "IntervalMillisecond": 8, "IntervalSecond": 8, "IntervalMinute": 8,
	"IntervalHour": 8, "IntervalDay": 8, "IntervalWeek": 8, "IntervalMonth": 8, "IntervalQuarter": 8, "IntervalYear": 8,
}

// aliases are types that are stored as others.
var aliases = map[string]string{
	"Point": "Tuple(Float64, Float64)", "Ring": "Array(Point)", "LineString": "Array(Point)",
	"Polygon": "Array(Ring)", "MultiLineString": "Array(LineString)", "MultiPolygon": "Array(Polygon)",
	"Geometry":      "Variant(LineString, MultiLineString, MultiPolygon, Point, Polygon, Ring)",
	"SharedVariant": "String",
}

// parse reads a type's name.
func parse(name string) (typ, error) { return parseAt(name, 0) }

// maxDepth bounds types within types.
const maxDepth = 100

func parseAt(name string, depth int) (typ, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("type is nested more than %d times", maxDepth)
	}
	base, args := split(name)
	if size, ok := sizes[base]; ok {
		return fixed(size), nil
	}
	if alias, ok := aliases[base]; ok {
		return parseAt(alias, depth+1)
	}
	switch base {
	case "String":
		return str{}, nil
	case "FixedString":
		return fixedString(args)
	case "Decimal":
		return decimal(args)
	case "Dynamic":
		return &dynamic{depth: depth}, nil
	case "JSON":
		return parseJSON(args, depth)
	}
	inner, err := parseAll(base, args, depth)
	if err != nil {
		return nil, err
	}
	return compose(name, base, inner)
}

// compose makes a type of those within it.
func compose(name, base string, inner []typ) (typ, error) {
	switch {
	case base == "Tuple":
		return tuple(inner), nil
	case base == "Variant" && len(inner) > 0 && len(inner) < null:
		return &variant{of: inner}, nil
	case base == "Nested" && len(inner) > 0:
		return array{tuple(inner)}, nil
	case base == "Map" && len(inner) == 2:
		return array{tuple(inner)}, nil
	case len(inner) != 1:
	case base == "Nullable":
		return nullable{inner[0]}, nil
	case base == "Array":
		return array{inner[0]}, nil
	case base == "LowCardinality":
		return lowCardinality(inner[0]), nil
	case base == "SimpleAggregateFunction":
		return inner[0], nil
	}
	return nil, fmt.Errorf("type %s cannot be passed on; ask for the column as a String", name)
}

// parseAll reads the types within a type.
func parseAll(base string, args []string, depth int) ([]typ, error) {
	if base == "SimpleAggregateFunction" && len(args) == 2 {
		args = args[1:]
	}
	named := base == "Tuple" || base == "Nested"
	var inner []typ
	for _, arg := range args {
		if named {
			arg = withoutName(arg)
		}
		t, err := parseAt(arg, depth+1)
		if err != nil {
			return nil, err
		}
		inner = append(inner, t)
	}
	return inner, nil
}

func fixedString(args []string) (typ, error) {
	if len(args) == 1 {
		if n, err := strconv.Atoi(args[0]); err == nil && n > 0 && n < 1<<24 {
			return fixed(n), nil
		}
	}
	return nil, fmt.Errorf("length %q of FixedString", args)
}

// decimal has the size that its precision needs.
func decimal(args []string) (typ, error) {
	if len(args) > 0 {
		switch p, err := strconv.Atoi(args[0]); {
		case err != nil || p < 1 || p > 76:
		case p <= 9:
			return fixed(4), nil
		case p <= 18:
			return fixed(8), nil
		case p <= 38:
			return fixed(16), nil
		default:
			return fixed(32), nil
		}
	}
	return nil, fmt.Errorf("precision %q of Decimal", args)
}

// split takes Name(arg, arg) apart.
func split(name string) (base string, args []string) {
	name = strings.TrimSpace(name)
	base, rest, ok := strings.Cut(name, "(")
	if !ok || !strings.HasSuffix(rest, ")") {
		return name, nil
	}
	rest = rest[:len(rest)-1]
	start := 0
	scan(rest, func(i, depth int, c byte) {
		if c == ',' && depth == 0 {
			args = append(args, strings.TrimSpace(rest[start:i]))
			start = i + 1
		}
	})
	if last := strings.TrimSpace(rest[start:]); last != "" || args != nil {
		args = append(args, last)
	}
	return base, args
}

// withoutName takes the element's name off "name Type".
func withoutName(arg string) string {
	at := -1
	scan(arg, func(i, depth int, c byte) {
		if c == ' ' && depth == 0 && at < 0 {
			at = i
		}
	})
	return arg[at+1:]
}

// scan visits the characters outside of quotes with the depth of parentheses before them.
func scan(s string, visit func(i, depth int, c byte)) {
	depth, quote := 0, byte(0)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case quote != 0 && c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '`' || c == '"':
			quote = c
		case c == '(':
			depth++
		case c == ')':
			depth--
		default:
			visit(i, depth, c)
		}
	}
}
