package mail

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Message is a mail to one recipient, as text and as HTML.
type Message struct {
	// ID is the same whenever the message is sent again; it becomes the left side of the Message-ID.
	ID      string
	To      string
	Subject string
	Date    time.Time
	Text    string
	HTML    string
	// Pictures are shown by the HTML as <img src="cid:NAME">.
	Pictures []Picture
}

// Picture is a PNG.
type Picture struct {
	Name string
	PNG  []byte
}

// Write writes the message as it would be sent by an address, for programs that send it themselves.
func (m Message) Write(w io.Writer, from string) error {
	message, err := m.compose(from)
	if err != nil {
		return err
	}
	if _, err := message.WriteTo(w); err != nil {
		return fmt.Errorf("write mail: %w", err)
	}
	return nil
}

// compose makes the MIME message: alternatives of text and HTML, the latter with its pictures.
func (m Message) compose(from string) (*gomail.Msg, error) {
	sender, err := ParseAddress(from)
	if err != nil {
		return nil, fmt.Errorf("compose mail: from: %w", err)
	}
	to, err := ParseAddress(m.To)
	if err != nil {
		return nil, fmt.Errorf("compose mail: to: %w", err)
	}
	for name, value := range map[string]string{"subject": m.Subject, "id": m.ID} {
		if strings.ContainsFunc(value, isControl) {
			return nil, fmt.Errorf("compose mail: %s %q must not hold control characters", name, value)
		}
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(sender)
	msg.ToMailAddress(to)
	msg.Subject(m.Subject)
	msg.SetDateWithValue(m.Date)
	msg.SetMessageIDWithValue(m.ID + sender.Address[strings.LastIndexByte(sender.Address, '@'):])
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // so that nobody's absence is answered to it
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	for _, p := range m.Pictures {
		err := msg.EmbedReader(p.Name, bytes.NewReader(p.PNG), gomail.WithFileContentType("image/png"), gomail.WithFileContentID("<"+p.Name+">"))
		if err != nil {
			return nil, fmt.Errorf("compose mail: picture %s: %w", p.Name, err)
		}
	}
	return msg, nil
}
