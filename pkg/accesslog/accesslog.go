// Package accesslog turns the lines of a web server's access log into events and posts them to the
// collector: once from files (Import), or for ever while the server writes them (Follower).
//
// What is covered: the combined format of nginx and Apache and the common format, which is its
// beginning; anything behind the user-agent is ignored. A line is at most 64 KB.
//
// Every line is either a view or a skip that is counted under one Reason; no line stops the stream.
// The checks run in the order of the reasons below, so that another program can repeat the count.
//
// Text is repaired rather than refused. In referrer and user-agent, bytes that are no UTF-8 and
// control characters become U+FFFD; in the path they (and blanks) are percent-escaped, as a browser
// would send them. A user-agent beyond the limit is cut; a referrer loses its query first. A URL
// beyond the limit is skipped, because a cut URL would be another page.
//
// Ids come from the content (see Extractor), so delivery is at least once and counting exactly once:
// a file may be read again, renamed, copied or compressed in between.
package accesslog

// Reason names why a line is no view; it labels the counters. "" means that the line is one.
type Reason string

// The reasons, in the order in which they are checked.
const (
	SkipTooLong     Reason = "too_long"     // more than MaxLine bytes
	SkipHalfLine    Reason = "half_line"    // the file's last line, not yet written to its end
	SkipEmpty       Reason = "empty"        // nothing but blanks
	SkipMalformed   Reason = "malformed"    // neither combined nor common format
	SkipAddress     Reason = "address"      // the first field is no IP address
	SkipTime        Reason = "time"         // no such time, or before event.Earliest
	SkipNoRequest   Reason = "no_request"   // the client went away before it sent one ("-" or "")
	SkipBadRequest  Reason = "bad_request"  // not "METHOD target HTTP/x", e.g. TLS sent to a plain port
	SkipMethod      Reason = "method"       // not GET
	SkipStatus      Reason = "status"       // not 200–299 or 304
	SkipTarget      Reason = "target"       // neither a path nor an absolute http(s) URL
	SkipContentType Reason = "content_type" // the format logs it, and it is no HTML
	SkipStatic      Reason = "static"       // the path ends like a static asset's
	SkipURLTooLong  Reason = "url_too_long" // more than event.MaxURL bytes once escaped
)
