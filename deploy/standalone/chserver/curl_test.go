package chserver

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// curl runs curl against the HTTP interface and returns the body, the status and the headers.
func curl(t *testing.T, input string, args ...string) (body string, status int, headers string) {
	t.Helper()
	head := filepath.Join(t.TempDir(), "head")
	args = append([]string{"--silent", "--show-error", "--max-time", "20", "--dump-header", head}, args...)
	cmd := exec.Command("curl", args...)
	cmd.Stdin = strings.NewReader(input)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("curl %v: %v: %s", args, err, stderr.String())
	}
	raw, err := os.ReadFile(head)
	if err != nil {
		t.Fatal(err)
	}
	headers = string(raw)
	fields := strings.Fields(headers[strings.LastIndex(headers, "HTTP/1.1"):])
	if status, err = strconv.Atoi(fields[1]); err != nil {
		t.Fatal(err)
	}
	return string(out), status, headers
}

func at(query string) string { return "http://" + shared.HTTPAddr() + "/" + query }

func TestCurlFormats(t *testing.T) {
	const sql = "SELECT number AS n, concat('a\\t\"', toString(number), '\\n') AS s FROM numbers(3)"
	f := func(format, want, contentType string) {
		t.Helper()
		body, status, headers := curl(t, "", at("?max_block_size=1&default_format="+format), "--data-binary", sql)
		if d := cmp.Diff(want, body); d != "" || status != 200 {
			t.Errorf("%s: status %d, %s", format, status, d)
		}
		for _, h := range []string{"Content-Type: " + contentType + "\r\n", "X-Clickhouse-Format: " + format, "X-Clickhouse-Timezone: UTC", "X-Clickhouse-Query-Id: ", "X-Clickhouse-Summary: {"} {
			if !strings.Contains(headers, h) {
				t.Errorf("%s: no header %q in %s", format, h, headers)
			}
		}
	}
	f("TabSeparated", "0\ta\\t\"0\\n\n1\ta\\t\"1\\n\n2\ta\\t\"2\\n\n", "text/tab-separated-values; charset=UTF-8")
	f("TSVWithNamesAndTypes", "n\ts\nUInt64\tString\n0\ta\\t\"0\\n\n1\ta\\t\"1\\n\n2\ta\\t\"2\\n\n", "text/tab-separated-values; charset=UTF-8")
	f("CSVWithNames", "\"n\",\"s\"\n0,\"a\t\"\"0\n\"\n1,\"a\t\"\"1\n\"\n2,\"a\t\"\"2\n\"\n", "text/csv; charset=UTF-8; header=present")
	f("JSONEachRow", "{\"n\":0,\"s\":\"a\\t\\\"0\\n\"}\n{\"n\":1,\"s\":\"a\\t\\\"1\\n\"}\n{\"n\":2,\"s\":\"a\\t\\\"2\\n\"}\n", "application/x-ndjson; charset=UTF-8")
	f("RowBinaryWithNames", "\x02\x01n\x01s"+"\x00\x00\x00\x00\x00\x00\x00\x00\x05a\t\"0\n\x01\x00\x00\x00\x00\x00\x00\x00\x05a\t\"1\n\x02\x00\x00\x00\x00\x00\x00\x00\x05a\t\"2\n", "application/octet-stream")
	f("Values", "(0,'a\\t\"0\\n'),(1,'a\\t\"1\\n'),(2,'a\\t\"2\\n')", "text/plain; charset=UTF-8")
}

func TestCurlDocument(t *testing.T) {
	body, _, _ := curl(t, "", at(""), "--data-binary", "SELECT number AS n FROM numbers(3) SETTINGS max_block_size = 1 FORMAT JSONCompact SETTINGS output_format_write_statistics = 0")
	want := `{"meta":[{"name":"n","type":"UInt64"}],"data":[[0],[1],[2]],"rows":3}`
	got := strings.NewReplacer("\n", "", "\t", "", " ", "").Replace(body)
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	body, _, _ = curl(t, "", at(""), "--data-binary", "SELECT number % 2 AS k, count() AS n FROM numbers(5) GROUP BY k WITH TOTALS ORDER BY k FORMAT TSV")
	if want := "0\t3\n1\t2\n\n0\t5\n"; body != want {
		t.Errorf("with totals %q, want %q", body, want)
	}
}

func TestCurlRequests(t *testing.T) {
	protected(t)
	f := func(want string, status int, args ...string) {
		t.Helper()
		body, got, headers := curl(t, "", args...)
		if !strings.HasPrefix(body, want) || got != status {
			t.Errorf("curl %v: status %d, body %q; want %d, %q", args, got, body, status, want)
		}
		code, isCode := strings.CutPrefix(strings.TrimSuffix(want, "."), "Code: ")
		if isCode && !strings.Contains(headers, "X-Clickhouse-Exception-Code: "+code) {
			t.Errorf("curl %v: no exception code in %s", args, headers)
		}
	}
	f("Ok.\n", 200, at("ping"))
	f("Ok.\n", 200, at("replicas_status"))
	f("Ok.\n", 200, at(""))
	f("There is no handle /nothing", 404, at("nothing"))
	f("1\n", 200, at("?query=SELECT+1"))
	f("", 200, "--head", at("?query=SELECT+1"))
	f("a\\tb\n", 200, at("?query=SELECT+%7Bx:String%7D&param_x=a%5Ctb"))
	f("system\n", 200, at("?query=SELECT+currentDatabase()&database=system"))
	f("3\n", 200, at("?max_threads=3"), "--data-binary", "SELECT getSetting('max_threads')")
	f("5\n", 200, at("?query=SELECT"), "--data-binary", "5")
	f("2\n", 200, at(""), "--form", "query=SELECT {x:UInt8}", "--form", "param_x=2")
	f("Code: 48.", 501, at("?query=SELECT+1"), "--form", "ext=@/dev/null;filename=x", "--form", "ext_structure=a UInt8")
	f("Code: 62.", 400, "--request", "POST", at(""))
	f("Code: 62.", 400, at("?query=SELEC+1"))
	f("Code: 60.", 404, at("?query=SELECT+*+FROM+nothing"))
	f("Code: 81.", 404, at("?query=SELECT+1&database=nothing"))
	f("Code: 115.", 404, at("?query=SELECT+1&nothing=1"))
	f("Code: 36.", 400, at("?query=SELECT+1&max_threads=many"))
	f("Code: 73.", 404, at("?query=SELECT+1&default_format=Nothing"))
	f("Code: 159.", 408, at("?query=SELECT+sleep(3)&max_execution_time=1"))
	f("Code: 164.", 500, at("?query=CREATE+DATABASE+x"))
	f("Code: 516.", 403, at("?query=SELECT+1&user=default&password=x"))
	f("Code: 516.", 403, "--user", "analyst:x", at("?query=SELECT+1"))
	f("10\n", 200, "--user", "analyst:"+analystPassword, at("?query=SELECT+count()+FROM+protected.t"))
	f("10\n", 200, "--header", "X-ClickHouse-User: analyst", "--header", "X-ClickHouse-Key: "+analystPassword, at("?query=SELECT+count()+FROM+protected.t"))
	f("Code: 164.", 500, "--user", "analyst:"+analystPassword, at(""), "--data-binary", "DROP TABLE protected.t")
	f("Only GET", 405, "--request", "DELETE", at("?query=SELECT+1"))
}

func TestCurlInsert(t *testing.T) {
	const table = "default.curl_insert"
	curl(t, "", at(""), "--data-binary", "CREATE TABLE "+table+" (n UInt32, s String) ENGINE = MergeTree ORDER BY n")
	f := func(input string, want string, args ...string) {
		t.Helper()
		curl(t, "", at(""), "--data-binary", "TRUNCATE TABLE "+table)
		body, status, headers := curl(t, input, append(args, "--data-binary", "@-")...)
		if body != "" || status != 200 {
			t.Errorf("curl %v: status %d, body %q", args, status, body)
		}
		rows, _, _ := curl(t, "", at("?query=SELECT+*+FROM+"+table+"+ORDER+BY+n+FORMAT+Values"))
		if rows != want {
			t.Errorf("curl %v: rows %q, want %q", args, rows, want)
		}
		if n := strings.Count(want, "("); !strings.Contains(headers, `"written_rows":"`+strconv.Itoa(n)+`"`) {
			t.Errorf("curl %v: no %d written rows in %s", args, n, headers)
		}
	}
	f("1,\"a\nb\"\n2,;\n", "(1,'a\\nb'),(2,';')", at("?query=INSERT+INTO+"+table+"+FORMAT+CSV"))
	f("INSERT INTO "+table+" FORMAT TSV\n1\tx\n2\ty\n", "(1,'x'),(2,'y')", at(""))
	f("INSERT INTO "+table+" (s, n) VALUES\n('a;\n', 1),\n\n('b', 2);", "(1,'a;\\n'),(2,'b')", at(""))
	f("('b', 2)", "(1,'a'),(2,'b')", at("?query=INSERT+INTO+"+table+"+(s,n)+VALUES+('a',1),"))
	f("\n\n\n\n\x03\n;\n", "(168430090,'\\n;\\n')", at("?query=INSERT+INTO+"+table+"+FORMAT+RowBinary"))
	f("INSERT INTO "+table+" FORMAT RowBinary\n\n\n\n\n\x03\n;\n", "(168430090,'\\n;\\n')", at(""))
	f("{\"n\":1,\"s\":\"x\"}\n", "(1,'x')", at("?query=INSERT+INTO+"+table+"+SETTINGS+async_insert=1,wait_for_async_insert=1+FORMAT+JSONEachRow"))
	f(gzipped(t, "1,x\n"), "(1,'x')", at("?query=INSERT+INTO+"+table+"+FORMAT+CSV"), "--header", "Content-Encoding: gzip")

	parquet, _, _ := curl(t, "", at("?query=SELECT+toUInt32(7)+AS+n,+'x'+AS+s+FORMAT+Parquet"))
	f(parquet, "(7,'x')", at("?query=INSERT+INTO+"+table+"+FORMAT+Parquet"))
	native, _, _ := curl(t, "", at("?query=SELECT+toUInt32(8)+AS+n,+'x'+AS+s+FORMAT+Native"))
	f(native, "(8,'x')", at("?query=INSERT+INTO+"+table+"+FORMAT+Native"))

	body, status, _ := curl(t, "x,y\n", at("?query=INSERT+INTO+"+table+"+FORMAT+CSV"), "--data-binary", "@-")
	if status != 400 || !strings.HasPrefix(body, "Code: 27.") {
		t.Errorf("a broken row: status %d, body %q", status, body)
	}
}

func gzipped(t *testing.T, s string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, s); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestCurlCompressedAnswer(t *testing.T) {
	query := at("?enable_http_compression=1&query=SELECT+number+FROM+numbers(100000)")
	plain, _, _ := curl(t, "", query)
	body, _, headers := curl(t, "", query, "--compressed", "--header", "Accept-Encoding: gzip")
	if body != plain || !strings.Contains(headers, "Content-Encoding: gzip") {
		t.Errorf("%d bytes, want %d; headers %s", len(body), len(plain), headers)
	}
}

func TestCurlSession(t *testing.T) {
	f := func(want, sql string, args string) {
		t.Helper()
		if body, _, _ := curl(t, "", at("?"+args), "--data-binary", sql); !strings.HasPrefix(body, want) {
			t.Errorf("%s: %q, want %q", sql, body, want)
		}
	}
	f("", "SET max_threads = 7, param_x = 'y'", "session_id=s1")
	f("", "USE system", "session_id=s1")
	f("7\tsystem\ty\n", "SELECT getSetting('max_threads'), currentDatabase(), {x:String}", "session_id=s1")
	f("default\n", "SELECT currentDatabase()", "session_id=s2")
	f("default\n", "SELECT currentDatabase()", "")
	f("Code: 372.", "SELECT 1", "session_id=s3&session_check=1")
}
