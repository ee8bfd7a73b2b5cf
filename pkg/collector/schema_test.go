package collector_test

import (
	"encoding/json"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/footfall-analytics/footfall/pkg/event"
)

const (
	schemaFile = "../../schemas/event.schema.json"
	examples   = "../../schemas/testdata/event_"
)

// schema is the part of event.schema.json that is compared with the Go type.
type schema struct {
	Properties map[string]struct {
		Type          any
		MaxLength     int
		Minimum       int64
		Maximum       json.Number
		MaxProperties int
		PropertyNames struct{ MaxLength int }
		Additional    struct{ MaxLength int } `json:"additionalProperties"`
		Enum          []string
		ServerToken   bool `json:"x-server-token"`
	}
	Required []string
}

func readSchema(t *testing.T) (s schema) {
	t.Helper()
	content, err := os.ReadFile(schemaFile)
	if err == nil {
		err = json.Unmarshal(content, &s)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// judged is what the collector does with a posted event of a server.
func judged(body []byte) error {
	var p event.Posted
	if err := json.Unmarshal(body, &p); err != nil {
		return err
	}
	e := event.Event{Received: time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC), AddressMode: event.Full, Address: netip.MustParseAddr("192.0.2.1")}
	if err := p.Fill(&e); err != nil {
		return err
	}
	if err := p.FillTrusted(&e); err != nil {
		return err
	}
	return e.Validate()
}

// Schema and code take the same examples and refuse the same examples.
func TestSchemaAndCodeAgreeOnExamples(t *testing.T) {
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	compiled, err := c.Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(examples + "*.json")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d examples, %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimPrefix(filepath.Base(file), "event_")
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(body)))
		if err != nil {
			t.Fatal(err)
		}
		good := strings.HasPrefix(name, "good_")
		if err := compiled.Validate(value); (err == nil) != good {
			t.Errorf("%s: by the schema: %v", name, err)
		}
		if err := judged(body); (err == nil) != good {
			t.Errorf("%s: by the code: %v", name, err)
		}
	}
}

func TestSchemaHasTheFieldsOfPosted(t *testing.T) {
	s := readSchema(t)
	var tags []string
	for f := range fields() {
		tags = append(tags, f)
	}
	slices.Sort(tags)
	if diff := cmp.Diff(tags, slices.Sorted(maps.Keys(s.Properties))); diff != "" {
		t.Errorf("properties (-Posted +schema):\n%s", diff)
	}
	for name, f := range fields() {
		p := s.Properties[name]
		if got, want := p.Type, jsonTypes[f.Type.Kind()]; p.Enum == nil && got != nil && got != want {
			t.Errorf("%s has type %v, want %s", name, got, want)
		}
	}
}

var jsonTypes = map[reflect.Kind]string{
	reflect.String: "string", reflect.Map: "object", reflect.Int64: "integer",
	reflect.Uint8: "integer", reflect.Uint16: "integer", reflect.Uint32: "integer", reflect.Uint64: "integer",
}

func fields() map[string]reflect.StructField {
	m := map[string]reflect.StructField{}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[event.Posted]()) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		m[name] = f
	}
	return m
}

// A field needs a server token by the schema exactly when Trusted names it.
func TestSchemaMarksTheTrustedFields(t *testing.T) {
	s := readSchema(t)
	for name, f := range fields() {
		var p event.Posted
		v := reflect.ValueOf(&p).Elem().FieldByIndex(f.Index)
		switch {
		case v.CanUint():
			v.SetUint(7)
		case v.CanInt():
			v.SetInt(7)
		case v.Kind() == reflect.String:
			v.SetString("x")
		}
		field, _ := p.Trusted()
		if got, want := s.Properties[name].ServerToken, field == name; got != want || field != "" && field != name {
			t.Errorf("%s: x-server-token is %v, Trusted names %q", name, got, field)
		}
	}
}

func TestSchemaHasTheLimits(t *testing.T) {
	s := readSchema(t)
	got := map[string]int{}
	for name, p := range s.Properties {
		if p.MaxLength > 0 {
			got[name] = p.MaxLength
		}
	}
	want := map[string]int{
		"site": event.MaxSite, "url": event.MaxURL, "request_id": event.MaxRequestID, "title": event.MaxTitle,
		"referrer": event.MaxReferrer, "language": event.MaxLanguage, "name": event.MaxName, "user_agent": event.MaxUserAgent,
		"method": event.MaxMethod, "content_type": event.MaxType,
		"utm_source": event.MaxCampaign, "utm_medium": event.MaxCampaign, "utm_campaign": event.MaxCampaign,
		"utm_term": event.MaxCampaign, "utm_content": event.MaxCampaign,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lengths (-Go +schema):\n%s", diff)
	}
	props := s.Properties["props"]
	if props.MaxProperties != event.MaxProps || props.PropertyNames.MaxLength != event.MaxPropKey || props.Additional.MaxLength != event.MaxPropValue {
		t.Errorf("props: %+v", props)
	}
	for name, limit := range map[string]string{
		"age_ms": "86400000", "engaged_ms": "86400000", "scroll_pct": "100", "status": "599",
		"screen_px": "65535", "bytes": "18446744073709551615", "duration_ms": "4294967295",
	} {
		if got := s.Properties[name].Maximum.String(); got != limit {
			t.Errorf("%s has the maximum %s, want %s", name, got, limit)
		}
	}
	if event.MaxAge.Milliseconds() != 86400000 || event.MaxEngaged.Milliseconds() != 86400000 {
		t.Error("age or engaged time has another limit than the schema")
	}
	if diff := cmp.Diff([]string{"site", "type", "url"}, s.Required); diff != "" {
		t.Errorf("required (-want +got):\n%s", diff)
	}
}
