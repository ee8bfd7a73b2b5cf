package collector

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/footfall-analytics/footfall/pkg/event"
)

// everyField holds each field that the scanner knows.
const everyField = ` { "site":"demo", "type":"pageview","url":"http://demo/ä","event_id":"1","view_id":"2","request_id":"3","title":"T","referrer":"r",
	"language":"de","age_ms":-5,"engaged_ms":9223372036854775807,"scroll_pct":255,"screen_px":65535,"utm_source":"a","utm_medium":"b","utm_campaign":"c",
	"utm_term":"d","utm_content":"e","name":"n","witness":"log","address":"::1","user_agent":"u","time":"t","method":"GET","status":200,
	"bytes":0,"content_type":"text/html","duration_ms":4294967295 } `

func TestScan(t *testing.T) {
	f := func(body string, plain bool) {
		t.Helper()
		if _, ok := scanEvents(body, nil); ok != plain {
			t.Errorf("plain = %t, want %t: %.80s", ok, plain, body)
		}
		agree(t, body)
	}
	f(everyField, true)
	f("["+everyField+","+everyField+"]", true)
	f(`{"site":"a","site":"b"}`, true)
	f(`[{"site":"a"} , {"site":"b"}] `, true)
	f(`[`+strings.Repeat(`{"site":"a"},`, 49)+`{"site":"a"}]`, true)
	for _, other := range []string{
		"", "{}", "[]", "[{}]", "null", `{"site":"a",}`, `{"site":"a"} x`, `{"site":"a"}{}`, `{"site":null}`, `{"site":1}`, `{"SITE":"a"}`,
		`{"site":"a\"b"}`, `{"site":"a` + "\n" + `"}`, `{"site":"a` + "\x00" + `"}`, "{\"site\":\"a\"}\x00", "{\"site\":\"\xff\"}", `{"colour":"red"}`, `{"props":{}}`,
		`{"age_ms":01}`, `{"age_ms":-}`, `{"age_ms":1.0}`, `{"age_ms":1e3}`, `{"age_ms":}`, `{"age_ms":"1"}`, `{"age_ms":9223372036854775808}`,
		`{"scroll_pct":256}`, `{"scroll_pct":-1}`, `{"scroll_pct":-0}`, `{"screen_px":65536}`, `{"bytes":-1}`, `{"duration_ms":4294967296}`,
		`[{"site":"a"},]`, `[{"site":"a"}`, `[{"site":"a"}]]`, `{"site":"a"`, `{"site":"a`, `{"site"`, `{"site":`, `{`, `[`,
		`[` + strings.Repeat(`{"site":"a"},`, 50) + `{"site":"a"}]`,
	} {
		f(other, false)
	}
}

// agree checks that what the scanner takes is what encoding/json makes of it.
func agree(t *testing.T, body string) {
	t.Helper()
	got, ok := scanEvents(body, nil)
	if !ok {
		return
	}
	list := json.RawMessage(body)
	if strings.TrimLeft(body, " \t\r\n")[0] != '[' {
		list = json.RawMessage("[" + body + "]")
	}
	var want []event.Posted
	if err := json.Unmarshal(list, &want); err != nil {
		t.Fatalf("the scanner takes %q: %v", body, err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("%q (-encoding/json +scanner):\n%s", body, diff)
	}
	var one event.Posted
	if scanEvent(body, &one) && !cmp.Equal(one, want[0]) {
		t.Fatalf("%q as one event: %+v", body, one)
	}
}

func FuzzScan(f *testing.F) {
	f.Add(everyField)
	f.Add(`[{"site":"a","age_ms":-0},{"url":"/","props":{"a":1}}]`)
	f.Add(`{"site":"a\u0041","age_ms":1e2}`)
	f.Fuzz(agree)
}
