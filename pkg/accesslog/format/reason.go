package format

// Reason names why a line is no view; it labels the counters. "" means that the line is one.
type Reason string

// The reasons, in the order in which they are checked: those from SkipMethod on are no matter of the
// format but of what counts as a view.
const (
	SkipTooLong     Reason = "too_long"     // more than MaxLine bytes
	SkipHalfLine    Reason = "half_line"    // the file's last line, not yet written to its end
	SkipEmpty       Reason = "empty"        // nothing but blanks
	SkipMalformed   Reason = "malformed"    // not in the format
	SkipAddress     Reason = "address"      // the client's field is no IP address
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
