package format

import (
	"strconv"
	"strings"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// readCombined reads one line in combined or common format. A request id that follows is taken, as in
// deploy/nginx; anything else behind the user-agent is ignored.
//
//	ADDRESS IDENT USER [TIME] "REQUEST" STATUS BYTES "REFERRER" "USER-AGENT" "REQUEST-ID" anything
//
// A user name may hold blanks and brackets, which servers do not escape: the time is what stands
// before the first `] "`, since a quote inside the name is always escaped. A line that was cut
// within referrer or user-agent is read as far as it goes: address, time, request and status are
// all that a view needs.
func (l *Line) readCombined(s string) Reason {
	address, rest, ok := strings.Cut(s, " ")
	stamp, rest, ok2 := cutStamp(rest)
	request, rest, ok3 := cutQuoted(rest)
	if !ok || !ok2 || !ok3 {
		return SkipMalformed
	}
	if rest, ok = l.cutNumbers(rest); !ok {
		return SkipMalformed
	}
	l.cutAgent(rest)
	addr, err := event.ParseAddress(address)
	if err != nil {
		return SkipAddress
	}
	l.Address = addr
	if l.Time, ok = parseTime(stamp); !ok {
		return SkipTime
	}
	return l.parseRequest(unescape(request))
}

// cutStamp takes `IDENT USER [TIME] "` away and returns the time and what follows the quote.
func cutStamp(s string) (stamp, rest string, ok bool) {
	end := strings.Index(s, `] "`)
	if end < 0 {
		return "", "", false
	}
	start := strings.LastIndexByte(s[:end], '[')
	if start < 1 || s[start-1] != ' ' || strings.Count(s[:start], " ") < 2 {
		return "", "", false
	}
	return s[start+1 : end], s[end+3:], true
}

// cutQuoted takes a field up to its closing quote, the opening one already gone; without a closing
// quote ok is false and the field is all there is.
func cutQuoted(s string) (field, rest string, ok bool) {
	end := strings.IndexByte(s, '"')
	if end >= 0 && strings.IndexByte(s[:end], '\\') < 0 {
		return s[:end], s[end+1:], true
	}
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}

// cutNumbers takes ` STATUS BYTES` away.
func (l *Line) cutNumbers(s string) (rest string, ok bool) {
	if len(s) < 6 || s[0] != ' ' || s[4] != ' ' {
		return "", false
	}
	status, err := strconv.ParseUint(s[1:4], 10, 16)
	if err != nil {
		return "", false
	}
	l.Status = uint16(status)
	size, rest, more := strings.Cut(s[5:], " ")
	if size != "-" {
		if l.Bytes, err = strconv.ParseUint(size, 10, 64); err != nil {
			return "", false
		}
	}
	if more {
		rest = s[5+len(size):]
	}
	return rest, true
}

// cutAgent takes ` "REFERRER" "USER-AGENT"` as far as it is there.
func (l *Line) cutAgent(s string) {
	for _, field := range []*string{&l.Referrer, &l.UserAgent} {
		if !strings.HasPrefix(s, ` "`) {
			return
		}
		value, rest, closed := cutQuoted(s[2:])
		if value != "-" {
			*field = unescape(value)
		}
		s, l.whole = rest, closed && field == &l.UserAgent && rest == ""
	}
	if strings.HasPrefix(s, ` "`) {
		id, rest, closed := cutQuoted(s[2:])
		if isRequestID(id) {
			l.RequestID, l.whole = id, closed && rest == ""
		}
	}
}

func (l *Line) parseRequest(s string) Reason {
	if s == "" || s == "-" {
		return SkipNoRequest
	}
	method, target, ok := strings.Cut(s, " ")
	if !ok || !isToken(method) {
		return SkipBadRequest
	}
	if i := strings.LastIndexByte(target, ' '); i >= 0 {
		if target, l.Protocol = target[:i], target[i+1:]; !strings.HasPrefix(l.Protocol, "HTTP/") {
			return SkipBadRequest
		}
	}
	if target == "" {
		return SkipBadRequest
	}
	l.Method, l.Target = method, target
	return ""
}

// isToken reports whether s is a method as RFC 9110, section 5.6.2, allows it.
func isToken(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (c < '0' || c > '9') && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return s != ""
}
