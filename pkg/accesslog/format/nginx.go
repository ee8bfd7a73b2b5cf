package format

import (
	"errors"
	"fmt"
	"strings"
)

// nginxFields are the variables of nginx that a view is made of; all others are passed over.
var nginxFields = map[string]field{
	"remote_addr": address, "http_x_forwarded_for": forwarded, "proxy_add_x_forwarded_for": forwarded, "http_x_real_ip": forwarded,
	"time_local": stamp, "time_iso8601": stamp, "msec": stamp,
	"request": request, "request_method": method, "request_uri": target, "uri": path, "document_uri": path,
	"args": args, "query_string": args, "is_args": questionMark, "server_protocol": protocol,
	"scheme": scheme, "host": host, "http_host": host, "server_name": host,
	"status": status, "body_bytes_sent": size, "bytes_sent": size,
	"http_referer": referrer, "http_user_agent": agent,
	"sent_http_content_type": contentType, "upstream_http_content_type": contentType,
	"request_id": requestID, "request_time": seconds,
}

// compileNginx reads a log_format: the whole directive, its strings alone, or what they hold.
func compileNginx(text string) (template, error) {
	var t template
	text, err := nginxStrings(text, &t)
	if err != nil {
		return t, err
	}
	for text != "" {
		fixed, rest, found := strings.Cut(text, "$")
		t.text(fixed)
		if !found {
			break
		}
		var name string
		if name, text = nginxName(rest); name == "" {
			return t, fmt.Errorf("a $ without a name before %q", rest)
		}
		list := strings.HasPrefix(name, "upstream_") || nginxFields[name] == forwarded
		t.add(nginxFields[name], list)
	}
	return t, t.check()
}

func nginxName(s string) (name, rest string) {
	if inner, ok := strings.CutPrefix(s, "{"); ok {
		name, rest, _ = strings.Cut(inner, "}")
		return name, rest
	}
	end := 0
	for end < len(s) && (s[end] == '_' || s[end]|0x20 >= 'a' && s[end]|0x20 <= 'z' || s[end] >= '0' && s[end] <= '9') {
		end++
	}
	return s[:end], s[end:]
}

// nginxStrings joins the strings of a directive, as nginx does, and takes its parameters. A text
// that is no directive is what the strings hold.
func nginxStrings(text string, t *template) (string, error) {
	directive := strings.HasPrefix(text, "log_format")
	if !directive && !strings.HasPrefix(text, "escape=") && text[0] != '\'' {
		if strings.HasPrefix(text, "{") {
			t.escape = escapeJSON // without its directive, JSON is what escape=json is for
		}
		return text, nil
	}
	if directive {
		fields := strings.Fields(text)
		if len(fields) < 3 {
			return "", errors.New("a log_format needs a name and a string")
		}
		text = strings.TrimSpace(strings.TrimPrefix(text, fields[0]))
		text = strings.TrimSpace(strings.TrimPrefix(text, fields[1]))
	}
	if mode, ok := strings.CutPrefix(text, "escape="); ok {
		name, rest, _ := strings.Cut(mode, " ")
		modes := map[string]escaping{"default": escapeDefault, "json": escapeJSON, "none": escapeNone}
		if t.escape, ok = modes[strings.TrimSpace(name)]; !ok {
			return "", fmt.Errorf("escape=%s must be default, json or none", name)
		}
		text = strings.TrimSpace(rest)
	}
	return joinStrings(text)
}

func joinStrings(text string) (string, error) {
	var out strings.Builder
	for text = strings.TrimSpace(text); text != "" && text != ";"; text = strings.TrimSpace(text) {
		quote := text[0]
		if quote != '\'' && quote != '"' {
			return "", fmt.Errorf("the strings of a log_format must be quoted; %q is not", text)
		}
		end := 1
		for ; end < len(text) && text[end] != quote; end++ {
			if text[end] == '\\' && end+1 < len(text) {
				if end++; strings.IndexByte(`'"\`, text[end]) < 0 {
					out.WriteByte('\\')
				}
			}
			out.WriteByte(text[end])
		}
		if end == len(text) {
			return "", errors.New("a string of the log_format has no closing quote")
		}
		text = text[end+1:]
	}
	return out.String(), nil
}
