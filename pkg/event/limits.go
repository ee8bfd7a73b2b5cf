package event

import "time"

// Limits of one event; the collector answers with them, and the consumer holds them too.
const (
	MaxSite      = 64
	MaxURL       = 2048
	MaxReferrer  = 2048
	MaxTitle     = 512
	MaxUserAgent = 512
	MaxRequestID = 64
	MaxName      = 64
	MaxLanguage  = 35 // RFC 5646, section 4.4.1
	MaxCampaign  = 256
	MaxProps     = 30
	MaxPropKey   = 64
	MaxPropValue = 512
	MaxHint      = 256
	MaxMethod    = 16
	MaxType      = 128

	// MaxAge bounds the age that a client declares, MaxEngaged the engaged time of one view.
	MaxAge     = 24 * time.Hour
	MaxEngaged = 24 * time.Hour
	// MaxAhead is how far a stated time may lie ahead of the collector's clock.
	MaxAhead = 5 * time.Minute
)

// Earliest is the first instant that an event may carry: before it there were no web server logs.
var Earliest = time.Date(1995, 1, 1, 0, 0, 0, 0, time.UTC)
