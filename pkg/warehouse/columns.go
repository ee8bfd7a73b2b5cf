package warehouse

import (
	"net/netip"
	"time"

	"github.com/google/uuid"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// collect makes a column from the rows.
func collect[T, V any](get func(*T) V) func([]T) any {
	return func(rows []T) any {
		values := make([]V, len(rows))
		for i := range rows {
			values[i] = get(&rows[i])
		}
		return values
	}
}

// of is collect for a field of the event.
func of[V any](get func(*event.Event) V) func([]event.Stored) any {
	return collect(func(r *event.Stored) V { return get(&r.Event) })
}

// low is of for a column of few different texts. The client keeps such a text in a map of interface
// values: nil stands for the empty one without a look into it, and a text that comes again and again
// is made into an interface value once.
func low(get func(*event.Event) string) func([]event.Stored) any {
	return func(rows []event.Stored) any {
		values := make([]any, len(rows))
		var last any
		for i := range rows {
			text := get(&rows[i].Event)
			if text == "" {
				continue
			}
			if last == nil || last.(string) != text {
				last = text
			}
			values[i] = last
		}
		return values
	}
}

// eventColumns says where each column of events comes from.
var eventColumns = map[string]func([]event.Stored) any{
	"site":            low(func(e *event.Event) string { return e.Site }),
	"ip":              of(func(e *event.Event) netip.Addr { return netip.AddrFrom16(e.Address.As16()) }),
	"view_id":         of(func(e *event.Event) uuid.UUID { return uuid.UUID(e.ViewID) }),
	"kind":            of(func(e *event.Event) int8 { return int8(e.Kind) }),
	"event_time":      of(func(e *event.Event) time.Time { return e.Time }),
	"event_id":        of(eventID),
	"received_time":   of(func(e *event.Event) time.Time { return e.Received }),
	"witness":         of(func(e *event.Event) int8 { return int8(e.Witness) }),
	"address_mode":    of(func(e *event.Event) int8 { return int8(e.AddressMode) }),
	"user_agent":      low(func(e *event.Event) string { return e.UserAgent }),
	"host":            low(func(e *event.Event) string { return e.Host }),
	"path":            of(func(e *event.Event) string { return e.Path }),
	"query":           of(func(e *event.Event) string { return e.Query }),
	"title":           of(func(e *event.Event) string { return e.Title }),
	"referrer":        of(func(e *event.Event) string { return e.Referrer }),
	"request_id":      of(func(e *event.Event) string { return e.RequestID }),
	"language":        low(func(e *event.Event) string { return e.Language }),
	"utm_source":      low(func(e *event.Event) string { return e.Campaign.Source }),
	"utm_medium":      low(func(e *event.Event) string { return e.Campaign.Medium }),
	"utm_campaign":    low(func(e *event.Event) string { return e.Campaign.Name }),
	"utm_term":        low(func(e *event.Event) string { return e.Campaign.Term }),
	"utm_content":     low(func(e *event.Event) string { return e.Campaign.Content }),
	"engaged_ms":      of(func(e *event.Event) uint32 { return uint32(e.Engaged) }),
	"age_ms":          of(func(e *event.Event) uint32 { return uint32(e.Age) }),
	"scroll_pct":      of(func(e *event.Event) uint8 { return e.Scroll }),
	"screen_px":       of(func(e *event.Event) uint16 { return e.Screen }),
	"name":            low(func(e *event.Event) string { return e.Name }),
	"props":           of(func(e *event.Event) map[string]string { return e.Props }),
	"method":          low(func(e *event.Event) string { return e.Log.Method }),
	"status":          of(func(e *event.Event) uint16 { return e.Log.Status }),
	"bytes":           of(func(e *event.Event) uint64 { return e.Log.Bytes }),
	"content_type":    low(func(e *event.Event) string { return e.Log.ContentType }),
	"duration_ms":     of(func(e *event.Event) uint32 { return e.Log.Duration }),
	"hint_brands":     low(func(e *event.Event) string { return e.Hints.Brands }),
	"hint_platform":   low(func(e *event.Event) string { return e.Hints.Platform }),
	"hint_mobile":     low(func(e *event.Event) string { return e.Hints.Mobile }),
	"country":         low(func(e *event.Event) string { return e.Enrich.Country }),
	"city":            low(func(e *event.Event) string { return e.Enrich.City }),
	"asn":             of(func(e *event.Event) uint32 { return e.Enrich.ASN }),
	"organisation":    low(func(e *event.Event) string { return e.Enrich.Organisation }),
	"network_class":   low(func(e *event.Event) string { return e.Enrich.NetworkClass }),
	"browser":         low(func(e *event.Event) string { return e.Enrich.Browser }),
	"os":              low(func(e *event.Event) string { return e.Enrich.OS }),
	"device":          low(func(e *event.Event) string { return e.Enrich.Device }),
	"bot_reasons":     of(func(e *event.Event) uint64 { return e.Enrich.BotReasons }),
	"enrich_rules":    low(func(e *event.Event) string { return e.Enrich.Rules }),
	"kafka_epoch":     collect(func(r *event.Stored) uint64 { return r.Epoch }),
	"kafka_partition": collect(func(r *event.Stored) uint16 { return uint16(r.Partition) }),
	"kafka_offset":    collect(func(r *event.Stored) uint64 { return uint64(r.Offset) }),
}

// deadColumns says where each column of events_dead comes from.
var deadColumns = map[string]func([]event.Dead) any{
	"kafka_epoch":     collect(func(d *event.Dead) uint64 { return d.Epoch }),
	"kafka_partition": collect(func(d *event.Dead) uint16 { return uint16(d.Partition) }),
	"kafka_offset":    collect(func(d *event.Dead) uint64 { return uint64(d.Offset) }),
	"record_time":     collect(func(d *event.Dead) time.Time { return d.Time }),
	"version":         collect(func(d *event.Dead) string { return d.Version }),
	"reason":          collect(func(d *event.Dead) string { return d.Reason }),
	"error":           collect(func(d *event.Dead) string { return d.Error }),
	"value":           collect(func(d *event.Dead) string { return string(d.Value) }),
}

// runColumns says where each column of ingest_runs comes from.
var runColumns = map[string]func([]event.Run) any{
	"stream":          collect(func(r *event.Run) string { return r.Stream }),
	"kafka_partition": collect(func(r *event.Run) uint16 { return uint16(r.Partition) }),
	"kafka_epoch":     collect(func(r *event.Run) uint64 { return r.Epoch }),
	"first_offset":    collect(func(r *event.Run) int64 { return r.Begin }),
	"last_offset":     collect(func(r *event.Run) int64 { return r.End }),
	"kind":            collect(func(r *event.Run) int8 { return int8(r.Kind) }),
	"rows":            collect(func(r *event.Run) uint64 { return uint64(r.Rows) }),
	"dead":            collect(func(r *event.Run) uint64 { return uint64(r.Dead) }),
	"mark":            collect(func(r *event.Run) uint64 { return r.Mark }),
}
