// Package delivery is how messages leave the dashboard: a signed call of a webhook, and a journal in
// ClickHouse that keeps a message from being sent twice.
//
// An attempt is written before it is made and taken back when another one is seen, so that of several
// processes one sends. An attempt that was written and never ended, because its process was killed, is
// made again after a while with the same id: at least once then, and once otherwise.
package delivery

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
	"unicode"
)

const (
	// Header holds the message's id, which is the same whenever it is sent again.
	Header = "Footfall-Delivery"
	// SignatureHeader holds t=SECONDS,v1=HEX: the HMAC-SHA256 of "SECONDS.BODY" with the secret as key,
	// where SECONDS is when it was sent, since 1970.
	SignatureHeader = "Footfall-Signature"

	// Timeout ends an attempt long before its lease.
	Timeout = time.Minute
)

// Digest is how the journal names a recipient: analysts read that table.
func Digest(recipient string) string {
	sum := sha256.Sum256([]byte(recipient))
	return hex.EncodeToString(sum[:16])
}

func sign(secret string, now time.Time, body []byte) string {
	at := strconv.FormatInt(now.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(at + "."))
	mac.Write(body)
	return "t=" + at + ",v1=" + hex.EncodeToString(mac.Sum(nil))
}

// OneLine makes a text one line of so many characters: no control characters, and none that turn the
// direction of what follows.
func OneLine(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) || unicode.Is(unicode.Bidi_Control, r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}
