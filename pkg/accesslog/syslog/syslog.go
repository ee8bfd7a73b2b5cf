// Package syslog receives log lines over the network, as nginx's access_log syslog:server=… and the
// relays behind it send them.
//
// What is covered: datagrams over UDP (RFC 5426), and over TCP both framings of RFC 6587, told by each
// message's first bytes; headers of RFC 3164 as nginx writes them, with or without a host name, and of
// RFC 5424. A message without a header is taken for the line itself.
//
// What is promised: over TCP, back-pressure: while nobody takes lines, nothing is read. Over UDP, a
// count of what is lost: messages that found the queue full, that the kernel dropped because nobody
// read in time (on Linux), and that came from senders who are not allowed. What the network loses on
// the way, and what a killed process had not handed on, no counter can tell.
package syslog

import (
	"bytes"
	"strconv"
)

// MaxMessage is the longest message that is taken, in bytes: a line of 64 KB and its header.
const MaxMessage = 64<<10 + 1<<10

// Line returns what stands behind a message's header, which is a part of it.
func Line(message []byte) []byte {
	message = bytes.TrimRight(message, "\r\n\x00")
	rest, ok := cutPriority(message)
	if !ok {
		return message
	}
	if modern, ok := bytes.CutPrefix(rest, []byte("1 ")); ok {
		return modernLine(modern)
	}
	return classicLine(rest)
}

// cutPriority takes <190> away.
func cutPriority(message []byte) (rest []byte, ok bool) {
	if len(message) == 0 || message[0] != '<' {
		return nil, false
	}
	end := bytes.IndexByte(message[:min(len(message), len("<191>"))], '>')
	if end < 0 {
		return nil, false
	}
	if _, err := strconv.ParseUint(string(message[1:end]), 10, 8); err != nil {
		return nil, false
	}
	return message[end+1:], true
}

// classicLine takes `Oct 11 22:14:15 host nginx: ` away; the host may be missing.
func classicLine(s []byte) []byte {
	const stamp = "Oct 11 22:14:15 "
	if len(s) < len(stamp) || s[3] != ' ' || s[6] != ' ' || s[9] != ':' || s[12] != ':' || s[15] != ' ' {
		return s
	}
	s = s[len(stamp):]
	head, line, found := bytes.Cut(s, []byte(": "))
	if !found || bytes.Count(head, []byte(" ")) > 1 {
		return s
	}
	return line
}

// modernLine takes `TIME HOST APP PROCID MSGID STRUCTURED-DATA ` away.
func modernLine(s []byte) []byte {
	for range 5 {
		_, rest, found := bytes.Cut(s, []byte(" "))
		if !found {
			return nil
		}
		s = rest
	}
	if rest, ok := bytes.CutPrefix(s, []byte("-")); ok {
		s = rest
	} else {
		s = behindData(s)
	}
	return bytes.TrimPrefix(bytes.TrimPrefix(s, []byte(" ")), []byte("\xef\xbb\xbf"))
}

// behindData returns what follows the structured data: elements in brackets, with quoted values in
// which a backslash escapes.
func behindData(s []byte) []byte {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && c == ']' && (i+1 == len(s) || s[i+1] != '['):
			return s[i+1:]
		}
	}
	return nil
}
