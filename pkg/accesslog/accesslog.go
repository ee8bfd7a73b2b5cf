// Package accesslog turns the lines of a web server's access log into events and posts them to the
// collector: once from files (Import), for ever while the server writes them (Follower), or as they
// arrive by syslog (Listener).
//
// Package format reads the lines; a line is at most 64 KB. Every line is either a view or a skip that
// is counted under one format.Reason; no line stops the stream. The checks run in the order of the
// reasons there, so that another program can repeat the count.
//
// Text is repaired rather than refused. In referrer and user-agent, bytes that are no UTF-8 and
// control characters become U+FFFD; in the path they (and blanks) are percent-escaped, as a browser
// would send them. A user-agent beyond the limit is cut; a referrer loses its query first. A URL
// beyond the limit is skipped, because a cut URL would be another page.
//
// Ids come from the content (see Extractor), so delivery is at least once and counting exactly once:
// a file may be read again, renamed, copied or compressed in between.
package accesslog
