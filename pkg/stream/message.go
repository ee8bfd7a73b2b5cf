package stream

import (
	"time"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/stream/eventpb"
)

// message is the event as a protobuf message that shares the event's memory. Empty groups are left out.
func message(e *event.Event) *eventpb.Event {
	return &eventpb.Event{
		EventId: idBytes(&e.ID), ViewId: idBytes(&e.ViewID), Site: e.Site,
		Kind: eventpb.Kind(e.Kind), Witness: eventpb.Witness(e.Witness),
		TimeMs: unixMilli(e.Time), ReceivedMs: unixMilli(e.Received),
		Address: e.Address.AsSlice(), AddressMode: eventpb.AddressMode(e.AddressMode), UserAgent: e.UserAgent,
		Host: e.Host, Path: e.Path, Query: e.Query, Referrer: e.Referrer, RequestId: e.RequestID,
		Title: e.Title, Language: e.Language, EngagedMs: e.Engaged, AgeMs: e.Age,
		ScrollPct: uint32(e.Scroll), ScreenPx: uint32(e.Screen), Name: e.Name, Props: e.Props,
		Campaign: campaign(&e.Campaign), Log: logLine(&e.Log), Hints: hints(&e.Hints), Enrichment: enrichment(&e.Enrich),
	}
}

func idBytes(id *event.ID) []byte {
	if id.IsZero() {
		return nil
	}
	return id[:]
}

func unixMilli(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func campaign(c *event.Campaign) *eventpb.Campaign {
	if *c == (event.Campaign{}) {
		return nil
	}
	return &eventpb.Campaign{Source: c.Source, Medium: c.Medium, Name: c.Name, Term: c.Term, Content: c.Content}
}

func logLine(l *event.Log) *eventpb.Log {
	if *l == (event.Log{}) {
		return nil
	}
	return &eventpb.Log{
		Method: l.Method, Status: uint32(l.Status), Bytes: l.Bytes, ContentType: l.ContentType, DurationMs: l.Duration,
	}
}

func hints(h *event.Hints) *eventpb.Hints {
	if *h == (event.Hints{}) {
		return nil
	}
	return &eventpb.Hints{Brands: h.Brands, Platform: h.Platform, Mobile: h.Mobile}
}

func enrichment(n *event.Enrichment) *eventpb.Enrichment {
	if *n == (event.Enrichment{}) {
		return nil
	}
	return &eventpb.Enrichment{
		Country: n.Country, City: n.City, Asn: n.ASN, Organisation: n.Organisation, NetworkClass: n.NetworkClass,
		Browser: n.Browser, Os: n.OS, Device: n.Device, BotReasons: n.BotReasons, Rules: n.Rules,
	}
}
