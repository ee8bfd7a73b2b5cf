package dashboard

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"image/png"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/footfall-analytics/footfall/deploy/standalone/integration/authority"
	"github.com/footfall-analytics/footfall/deploy/standalone/integration/mailserver"
	"github.com/footfall-analytics/footfall/pkg/dashboard/weekly"
	outmail "github.com/footfall-analytics/footfall/pkg/mail"
)

// byMail are settings that mail reports by a server that was started, over TLS and with a password.
func byMail(t *testing.T, mode string, to ...string) (weekly.Config, *mailserver.Server) {
	t.Helper()
	dir := t.TempDir()
	a, err := authority.New(dir)
	if err != nil {
		t.Fatal(err)
	}
	pair, err := a.Sign("mail.test", "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	cert, err := tls.LoadX509KeyPair(pair.Cert, pair.Key)
	if err != nil {
		t.Fatal(err)
	}
	password := filepath.Join(dir, "password")
	if err := os.WriteFile(password, []byte(mailserver.Password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := mailserver.Start(t, cert, mode == "implicit")
	cfg := weekly.Config{Sites: []string{weeklySite}, To: to, At: "Mon 07:00", Patience: time.Hour, Mail: outmail.Config{
		Server: s.Host, Port: s.Port, TLS: mode, CAFile: a.File, User: "reports", PasswordFile: password, From: "Footfall <reports@example.com>",
	}}
	if err := cfg.Validate(); err != nil {
		t.Fatal(err)
	}
	return cfg, s
}

// unique is a recipient that no other run has: what was sent is remembered.
func unique(name string) string { return fmt.Sprintf("%s-%d@example.com", name, time.Now().UnixNano()) }

// parts takes a mail apart: its headers, and its parts by content type.
func parts(t *testing.T, m mailserver.Mail) (mail.Header, map[string][]byte) {
	t.Helper()
	msg, err := mail.ReadMessage(bytes.NewReader(m.Content))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]byte{}
	take(t, msg.Header.Get("Content-Type"), msg.Header.Get("Content-Transfer-Encoding"), msg.Body, found)
	return msg.Header, found
}

func take(t *testing.T, kind, encoding string, body io.Reader, into map[string][]byte) {
	t.Helper()
	media, params, err := mime.ParseMediaType(kind)
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(media, "multipart/") {
		r := multipart.NewReader(body, params["boundary"])
		for {
			p, err := r.NextRawPart()
			if err == io.EOF {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if media == "multipart/related" && strings.HasPrefix(p.Header.Get("Content-Type"), "image/") {
				into["cid"] = []byte(p.Header.Get("Content-ID"))
			}
			take(t, p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p, into)
		}
	}
	switch strings.ToLower(encoding) {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	content, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	into[media] = content
}

// TestWeeklyMail: the report comes once, over TLS, as text, HTML and a picture, and what visitors sent
// stays text in it.
func TestWeeklyMail(t *testing.T) {
	zone := weeks(t)
	f := func(mode string) {
		t.Helper()
		to := unique("anna")
		cfg, server := byMail(t, mode, to)
		sender(t, cfg, monday(zone, 6, 59)).Look(t.Context()) // the latest that is due is that of the week before
		if got := server.Taken(); len(got) != 1 || !bytes.Contains(got[0].Content, []byte("Subject: weekly: 54 visits in week 2023-W12")) {
			t.Fatalf("%s: %d mails came before their time", mode, len(got))
		}
		for range 2 { // looked at again, and after a restart
			w := sender(t, cfg, monday(zone, 7, 0))
			w.Look(t.Context())
			w.Look(t.Context())
		}
		got := server.Taken()[1:]
		if len(got) != 1 || got[0].To != to || got[0].From != "reports@example.com" || !got[0].Secure {
			t.Fatalf("%s: %d mails came", mode, len(got))
		}
		header, found := parts(t, got[0])
		if header.Get("Subject") != "weekly: 161 visits in week 2023-W13" || header.Get("To") != "<"+to+">" {
			t.Errorf("headers %v", header)
		}
		checkText(t, string(found["text/plain"]))
		checkHTML(t, string(found["text/html"]), "cid:chart.png")
		checkPicture(t, found["image/png"])
		if string(found["cid"]) != "<chart.png>" {
			t.Errorf("the picture is %s", found["cid"])
		}
	}
	f("starttls")
	f("implicit")
}

func checkText(t *testing.T, text string) {
	t.Helper()
	for _, want := range []string{"Visits ", "161", "=<b>Example</b> & Söhne", "/<script>alert(1)</script>", "week before", "Sun 2 Apr 26 (19)", "The week before has figures of 3 days only.", "https://stats.example.com/pages?"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "\u202e") {
		t.Error("the text holds a mark that turns the direction of what follows")
	}
}

// checkHTML parses as a browser does: what visitors sent may only be in text nodes.
func checkHTML(t *testing.T, page, picture string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	sources := 0
	for n := range root.Descendants() {
		if n.Type == html.TextNode {
			text.WriteString(n.Data)
		}
		if n.Type == html.ElementNode && slices.Contains([]string{"script", "svg", "iframe", "object", "form", "input", "link", "base"}, n.Data) {
			t.Errorf("the page holds an element %s", n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || strings.HasPrefix(strings.ToLower(a.Val), "javascript:") || a.Key == "style" {
				t.Errorf("the page holds the attribute %s=%q", a.Key, a.Val)
			}
			if a.Key == "src" {
				sources++
				if !strings.HasPrefix(a.Val, picture) {
					t.Errorf("the page shows %q", a.Val)
				}
			}
		}
	}
	if sources != 1 {
		t.Errorf("the page shows %d pictures", sources)
	}
	for _, want := range append([]string{"161", "=<b>Example</b> & Söhne", "search.example", "NZ", "2023-W13"}, hostile[:4]...) {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the page's text lacks %q", want)
		}
	}
}

// checkPicture: it is a PNG with bars of both weeks in it.
func checkPicture(t *testing.T, content []byte) {
	t.Helper()
	picture, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	colours := map[[3]uint32]int{}
	b := picture.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			r, g, bl, _ := picture.At(x, y).RGBA()
			colours[[3]uint32{r >> 8, g >> 8, bl >> 8}]++
		}
	}
	if now, before := colours[[3]uint32{0x1f, 0x6f, 0xeb}], colours[[3]uint32{0xb6, 0xc2, 0xcf}]; now < 5000 || before < 5000 || now <= before {
		t.Errorf("of %v pixels %d show this week and %d the week before", b, now, before)
	}
}

// TestWeeklyOnce: of many processes that look at once, one sends.
func TestWeeklyOnce(t *testing.T) {
	zone := weeks(t)
	cfg, server := byMail(t, "starttls", unique("anna"), weeklySite+"="+unique("berta"))
	var all sync.WaitGroup
	for range 6 {
		w := sender(t, cfg, monday(zone, 9, 0))
		all.Go(func() { w.Look(t.Context()) })
	}
	all.Wait()
	sender(t, cfg, monday(zone, 9, 1)).Look(t.Context()) // those that stepped back leave it to the next look
	if got := server.Taken(); len(got) != 2 || got[0].To == got[1].To {
		t.Errorf("%d mails came, want one each", len(got))
	}
}

// TestWeeklyPatience: days that are not final hold the report up for a while, and are named after that.
func TestWeeklyPatience(t *testing.T) {
	zone := weeks(t)
	cfg, server := byMail(t, "starttls", unique("anna"))
	next := monday(zone, 7, 0).AddDate(0, 0, 7) // nothing of that week is published
	sender(t, cfg, next.Add(59*time.Minute)).Look(t.Context())
	if got := server.Taken(); len(got) != 0 {
		t.Fatalf("%d mails came while days were not final", len(got))
	}
	sender(t, cfg, next.Add(time.Hour)).Look(t.Context())
	got := server.Taken()
	if len(got) != 1 {
		t.Fatalf("%d mails came after the patience had ended", len(got))
	}
	header, found := parts(t, got[0])
	text := string(found["text/plain"])
	if header.Get("Subject") == "" || !strings.Contains(text, "Not final: Mon 3 Apr (without figures), Tue 4 Apr") || !strings.Contains(text, "unknown") {
		t.Errorf("%v\n%s", header, text)
	}
}

// TestWeeklyRefused: what the server refuses is tried again, though not at once.
func TestWeeklyRefused(t *testing.T) {
	zone := weeks(t)
	cfg, server := byMail(t, "starttls", unique("anna"), unique("berta"))
	server.RefuseNext(1)
	w := sender(t, cfg, monday(zone, 9, 0))
	w.Look(t.Context())
	w.Look(t.Context())
	if got := server.Taken(); len(got) != 1 {
		t.Errorf("%d mails came, want the one that was not refused", len(got))
	}
}

// TestWeeklyHungUp: a mail that the server has taken is sent, however the connection ends.
func TestWeeklyHungUp(t *testing.T) {
	zone := weeks(t)
	cfg, server := byMail(t, "starttls", unique("anna"))
	server.HangUp()
	w := sender(t, cfg, monday(zone, 9, 0))
	w.Look(t.Context())
	item := []string{"site", weeklySite, "week", weeklyMonday.String(), "channel", "mail"}
	if got := server.Taken(); len(got) != 1 {
		t.Errorf("%d mails came", len(got))
	}
	if states := attempts(t, cfg.To[0], item...); len(states) != 1 || states[0] != "sent" {
		t.Errorf("the attempts are %q", states)
	}
}

// attempts reads the journal of a recipient.
func attempts(t *testing.T, to string, values ...string) (states []string) {
	t.Helper()
	sum := sha256.Sum256([]byte(to))
	p := map[string]string{"report": "weekly", "recipient": hex.EncodeToString(sum[:16])}
	for i := 0; i < len(values); i += 2 {
		p[values[i]] = values[i+1]
	}
	_, rows, err := store.Report(t.Context(), "dashboard/report_attempts", p)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		states = append(states, r[1].(string))
	}
	return states
}
