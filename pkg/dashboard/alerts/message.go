package alerts

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/footfall-analytics/footfall/pkg/dashboard/delivery"
	"github.com/footfall-analytics/footfall/pkg/mail"
)

// Version is the version of a message as JSON. Within it fields are added only.
const Version = 1

// Message is what people are told.
type Message struct {
	Version   int       `json:"version"`
	ID        string    `json:"id"` // the same whenever it is sent again
	Test      bool      `json:"test,omitempty"`
	Rule      string    `json:"rule"`
	Site      string    `json:"site"`
	State     string    `json:"state"` // began, ended, or day
	Day       string    `json:"day,omitempty"`
	Figure    string    `json:"figure"`
	Filters   []string  `json:"filters"`
	Condition string    `json:"condition"`
	Value     *float64  `json:"value"` // null: unknown
	Usual     *float64  `json:"usual,omitempty"`
	At        time.Time `json:"at"`
	URL       string    `json:"url"`
}

// ids are the space of the messages' ids.
var ids = uuid.MustParse("6f0d3c3e-6c1c-4a59-9d4b-0f6f4d0a7c11")

func (a *Alerts) message(r Rule, j judgement) Message {
	m := Message{
		Version: Version, ID: uuid.NewSHA1(ids, []byte(r.Name+"\n"+r.Site+"\n"+j.day+"\n"+strconv.FormatUint(uint64(j.change), 10))).String(),
		Rule: r.Name, Site: r.Site, State: "began", Figure: r.Figure, Filters: append([]string{}, r.Filters...), Condition: r.condition(),
		Value: j.value, Usual: j.usual, At: j.at.UTC().Truncate(time.Second), URL: a.base + "/alerts",
	}
	switch {
	case !r.live():
		m.State, m.Day = "day", j.day
	case j.verdict == Clear:
		m.State = "ended"
	}
	return m
}

// condition says in words when the rule holds.
func (r Rule) condition() string {
	switch {
	case r.Above != nil:
		return "above " + words(r.Figure, r.Above)
	case r.Below != nil:
		return "below " + words(r.Figure, r.Below)
	case r.BeaconShareBelow != nil:
		return "below " + words(r.Figure, r.BeaconShareBelow)
	case r.NoData != nil:
		return "none for " + delivery.Duration(float64(r.NoData.Milliseconds()))
	}
	return "more than " + strconv.FormatFloat(*r.DeviatesPercent, 'f', -1, 64) + " % and 3 spreads from the same weekday of the 4 weeks before"
}

// words writes a value of a figure.
func words(figure string, v *float64) string {
	switch {
	case v == nil:
		return "unknown"
	case figure == beaconShare:
		return delivery.Percent(*v)
	case figure == "spent_ms":
		return delivery.Duration(*v)
	case figure == received:
		return "none for " + delivery.Duration(1000**v)
	}
	return delivery.Count(*v)
}

// Subject is the message in one line.
func (m Message) Subject() string {
	prefix := ""
	if m.Test {
		prefix = "Test: "
	}
	text := fmt.Sprintf("%s: %s %s, %s (%s)", m.Site, m.Figure, words(m.Figure, m.Value), m.Condition, m.Rule)
	switch m.State {
	case "ended":
		text = fmt.Sprintf("%s: over: %s is %s (%s)", m.Site, m.Figure, words(m.Figure, m.Value), m.Rule)
	case "day":
		text = m.Day + " " + text
	}
	return prefix + delivery.OneLine(text, 200)
}

// Facts are the lines of the message. Filters hold what visitors sent, when somebody copied it.
func (m Message) Facts() [][2]string {
	facts := [][2]string{{"Rule", m.Rule}, {"Site", m.Site}, {"State", m.State}, {"Figure", m.Figure}, {"Value", words(m.Figure, m.Value)}, {"Condition", m.Condition}}
	if m.Usual != nil {
		facts = append(facts, [2]string{"Usual", words(m.Figure, m.Usual)})
	}
	if m.Day != "" {
		facts = append(facts, [2]string{"Day", m.Day})
	}
	for _, f := range m.Filters {
		facts = append(facts, [2]string{"Filter", delivery.OneLine(f, 300)})
	}
	return append(facts, [2]string{"Seen", m.At.Format(time.RFC3339)}, [2]string{"Dashboard", m.URL})
}

//go:embed alert.html.tmpl
var page string

var asHTML = template.Must(template.New("alert").Parse(page))

// mail is the message as mail. The template is ours: that it fails is found by the tests.
func (m Message) mail(to string) mail.Message {
	var text, html strings.Builder
	for _, f := range m.Facts() {
		text.WriteString(f[0] + ": " + f[1] + "\n")
	}
	_ = asHTML.Execute(&html, m)
	return mail.Message{ID: m.ID, To: to, Subject: m.Subject(), Date: m.At, Text: text.String(), HTML: html.String()}
}

// door is a way out to one recipient.
type door struct {
	channel string // mail or webhook
	to      string // address or URL
	send    func(ctx context.Context, m Message) error
}

// doors are those of a rule.
func (w Ways) doors(r Recipients) (all []door, err error) {
	sender := mail.NewSender(w.Mail)
	for _, to := range r.To {
		all = append(all, door{"mail", to, func(ctx context.Context, m Message) error { return sender.Send(ctx, m.mail(to)) }})
	}
	if r.Webhook == "" {
		return all, nil
	}
	hook, err := delivery.NewHook(w.Outgoing, r.Webhook, "webhook_secret", r.WebhookSecretFile)
	return append(all, door{"webhook", r.Webhook, func(ctx context.Context, m Message) error {
		body, err := json.Marshal(m)
		if err != nil {
			return fmt.Errorf("encode alert: %w", err)
		}
		return hook.Post(ctx, m.ID, body)
	}}), err
}
