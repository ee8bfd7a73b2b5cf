package format

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// apacheItem is one %-directive: conditions and < or > before, an argument in braces, the letters.
var apacheItem = regexp.MustCompile(`^%!?[0-9,]*([<>]?)(?:\{([^}]*)\})?(%|\^?[A-Za-z][A-Z]?)`)

var apacheFields = map[string]field{
	"h": address, "a": address, "r": request, "m": method, "U": path, "q": args, "H": protocol,
	"v": host, "V": host, "s": status, "b": size, "B": size, "O": size, "D": microseconds, "T": seconds,
}

// compileApache reads a LogFormat: the whole directive, or what its string holds.
func compileApache(text string) (template, error) {
	var t template
	text, err := apacheString(text)
	if err != nil {
		return t, err
	}
	var exact, final bool // %a beside %h, which may be a name; %>s beside %s, which may be a redirected request's
	kinds := []string{}
	for text != "" {
		fixed, rest, found := strings.Cut(text, "%")
		t.text(fixed)
		if !found {
			break
		}
		m := apacheItem.FindStringSubmatch("%" + rest)
		if m == nil {
			return t, fmt.Errorf("cannot read %q", "%"+rest)
		}
		text = rest[len(m[0])-1:]
		which, arg, letters := m[1], m[2], m[3]
		if len(letters) == 2 && letters[0] != '^' { // %sX is %s and an X
			letters, text = letters[:1], letters[1:]+text
		}
		if letters == "%" {
			t.text("%")
			continue
		}
		exact = exact || letters == "a"
		final = final || letters == "s" && which == ">"
		t.apache(letters, arg)
		kinds = append(kinds, letters+which)
	}
	t.ignore(func(i int) bool { return exact && kinds[i] == "h" || final && kinds[i] == "s" })
	return t, t.check()
}

func apacheString(text string) (string, error) {
	if rest, ok := strings.CutPrefix(text, "LogFormat"); ok {
		text = strings.TrimSpace(rest)
		if !strings.HasPrefix(text, `"`) {
			return "", errors.New("the string of a LogFormat must be quoted")
		}
		end := 1
		for end < len(text) && (text[end] != '"' || isEscaped(text, end)) {
			end++
		}
		text = text[1:end]
	}
	return strings.NewReplacer(`\"`, `"`, `\t`, "\t", `\\`, `\`).Replace(text), nil
}

// apache appends what one directive writes.
func (t *template) apache(letters, arg string) {
	name := strings.ToLower(arg)
	switch letters {
	case "t":
		t.apacheTime(arg)
	case "i":
		t.add(map[string]field{
			"referer": referrer, "user-agent": agent, "x-forwarded-for": forwarded, "x-real-ip": forwarded, "host": host, "x-request-id": requestID,
		}[name], name == "x-forwarded-for")
	case "o":
		t.add(map[string]field{"content-type": contentType, "x-request-id": requestID}[name], false)
	case "e":
		t.add(map[string]field{"unique_id": requestID}[name], false)
	case "T":
		t.add(map[string]field{"": seconds, "s": seconds, "ms": milliseconds, "us": microseconds}[name], false)
	default:
		t.add(apacheFields[letters], false)
	}
}

// apacheTime appends %t, which writes brackets of its own, or %{layout}t.
func (t *template) apacheTime(arg string) {
	arg = strings.TrimPrefix(strings.TrimPrefix(arg, "begin:"), "end:")
	switch arg {
	case "":
		t.text("[")
		t.add(stamp, false)
		t.text("]")
	case "sec", "msec", "usec":
		t.add(stamp, false)
	case "msec_frac", "usec_frac":
		t.add(ignored, false)
	default:
		t.add(stamp, false)
		t.layout = strftime.Replace(arg)
	}
}
