package format

import (
	"strings"

	"github.com/valyala/fastjson"
)

// jsonFields are the names under which JSON logs commonly write what a view is made of. nginx's own
// variables are known as well.
var jsonFields = map[string]field{
	"address": address, "client": address, "client_ip": address, "clientip": address, "ip": address, "remote_ip": address, "remote_address": address,
	"xff": forwarded, "x_forwarded_for": forwarded, "forwarded_for": forwarded,
	"time": stamp, "timestamp": stamp, "@timestamp": stamp, "ts": stamp, "date": stamp,
	"request_line": request, "method": method, "verb": method, "url": target, "path": target, "query": args, "protocol": protocol, "proto": protocol,
	"vhost": host, "domain": host, "code": status, "response": status, "status_code": status,
	"bytes": size, "size": size, "response_size": size, "length": size,
	"referer": referrer, "referrer": referrer, "user_agent": agent, "useragent": agent, "agent": agent, "ua": agent,
	"content_type": contentType, "rid": requestID, "duration": seconds, "rt": seconds, "duration_ms": milliseconds,
	"uri": target, // unlike $uri: a JSON log that has no request_uri means this by it
}

// readJSON reads one object: Caddy's when its request is an object itself, else a flat one.
func (f *Format) readJSON(l *Line, s string) Reason {
	object, err := f.json.Parse(s)
	if err != nil {
		return SkipMalformed
	}
	top, err := object.Object()
	if err != nil {
		return SkipMalformed
	}
	f.values = values{}
	l.whole = true
	if r := top.Get("request"); r != nil && r.Type() == fastjson.TypeObject {
		f.caddy(object, r)
	} else {
		f.flat(top)
	}
	return f.fill(l)
}

func (f *Format) flat(o *fastjson.Object) {
	requestURI := o.Get("request_uri") != nil
	o.Visit(func(key []byte, v *fastjson.Value) {
		name := strings.ToLower(string(key))
		kind, ok := jsonFields[name]
		if !ok {
			kind = nginxFields[name]
		}
		if kind == ignored || name == "uri" && requestURI {
			return
		}
		f.values.set(kind, scalar(v))
	})
}

func (f *Format) caddy(top, r *fastjson.Value) {
	v := &f.values
	headers, answer := r.Get("headers"), top.Get("resp_headers")
	v.set(stamp, scalar(top.Get("ts")))
	v.set(address, scalar(r.Get("client_ip")))
	v.set(address, scalar(r.Get("remote_ip")))
	v.set(forwarded, header(headers, "X-Forwarded-For"))
	v.set(method, scalar(r.Get("method")))
	v.set(target, scalar(r.Get("uri")))
	v.set(protocol, scalar(r.Get("proto")))
	v.set(host, scalar(r.Get("host")))
	if v.set(scheme, "http"); r.Get("tls") != nil {
		v[scheme] = "https"
	}
	v.set(status, scalar(top.Get("status")))
	v.set(size, scalar(top.Get("size")))
	v.set(seconds, scalar(top.Get("duration")))
	v.set(referrer, header(headers, "Referer"))
	v.set(agent, header(headers, "User-Agent"))
	v.set(contentType, header(answer, "Content-Type"))
	v.set(requestID, timingID(header(answer, "Server-Timing")))
}

// header joins the values of one header, which Caddy writes as a list.
func header(headers *fastjson.Value, name string) string {
	list := headers.GetArray(name)
	if len(list) == 1 {
		return scalar(list[0])
	}
	texts := make([]string, len(list))
	for i, v := range list {
		texts[i] = scalar(v)
	}
	return strings.Join(texts, ", ")
}

// timingID is the request id in a header such as Server-Timing: rid;desc="6f1e".
func timingID(header string) string {
	_, id, _ := strings.Cut(header, "rid;desc=")
	if quoted, ok := strings.CutPrefix(id, `"`); ok {
		id, _, _ = strings.Cut(quoted, `"`)
		return id
	}
	id, _, _ = strings.Cut(id, ",")
	return strings.TrimSpace(id)
}

// scalar is the text of a string or number; of anything else it is "".
func scalar(v *fastjson.Value) string {
	if v == nil {
		return ""
	}
	switch v.Type() {
	case fastjson.TypeString:
		s, _ := v.StringBytes()
		return string(s)
	case fastjson.TypeNumber:
		return v.String()
	default:
		return ""
	}
}
