package ui

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// rows are the texts of the first column of the page's table.
func (b *tab) rows() (texts []string) {
	b.t.Helper()
	list, _ := b.js(`[...document.querySelectorAll('main table tbody tr')].map(r => r.cells[0].innerText.trim())`).([]any)
	for _, v := range list {
		texts = append(texts, fmt.Sprint(v))
	}
	return texts
}

func (b *tab) address() string {
	b.t.Helper()
	s, _ := b.js(`decodeURIComponent(location.search)`).(string)
	return s
}

// A click on a value filters by it, the address tells so, and back takes it away.
func TestFilters(t *testing.T) {
	b := look(t, dashboard(product), "/devices?"+question)
	all := b.rows()
	b.click("main td a", "Firefox")
	b.until("the filter to stand in the address", `decodeURIComponent(location.search).includes('filter=browser:Firefox')`)
	b.until("one row to be left", `document.querySelectorAll('main table tbody tr').length === 1`)
	if len(all) < 3 {
		t.Errorf("there are only the devices %v", all)
	}
	if !strings.Contains(b.text(), "Firefox") {
		t.Error("no chip shows the filter")
	}
	b.js(`history.back()`)
	b.until("all rows to be there again", fmt.Sprintf(`!location.search.includes('filter') && document.querySelectorAll('main table tbody tr').length === %d`, len(all)))
	b.open("/pages?" + question + "&filter=device:phone&filter=path:!/pricing*")
	if got := strings.Join(b.rows(), " "); strings.Contains(got, "/pricing") || !strings.Contains(got, "/docs/install") {
		t.Errorf("the filters of the address leave %s", got)
	}
	b.open("/pages?" + question + "&filter=shoe:42")
	if text := b.text(); !strings.Contains(text, `there is no "shoe"`) {
		t.Errorf("a filter that does not exist shows %s", text)
	}
}

// A click on a header sorts, a second one turns round; a search narrows.
func TestSortAndSearch(t *testing.T) {
	b := look(t, dashboard(product), "/pages?"+question)
	first := b.rows()[0]
	sorted := func(want string) {
		t.Helper()
		b.click("main th button", "Views")
		b.until("the order "+want, `[...document.querySelectorAll('main th')].some(h => h.innerText.startsWith('Views') && h.getAttribute('aria-sort') === '`+want+`') && !document.querySelector('[aria-busy="true"]')`)
	}
	sorted("ascending")
	if last := b.rows(); last[len(last)-1] != first {
		t.Errorf("the most read page %s is not the last of %v", first, last)
	}
	sorted("descending")
	if got := b.rows()[0]; got != first {
		t.Errorf("the first is %s, was %s", got, first)
	}
	b.js(`(e => { e.value = 'BLOG'; e.dispatchEvent(new Event('input', {bubbles: true})) })(document.querySelector('main input[type=search]'))`)
	b.until("the search to leave two pages", `document.querySelectorAll('main table tbody tr').length === 2`)
	if !strings.Contains(b.address(), "search=BLOG") {
		t.Errorf("the search does not stand in the address %s", b.address())
	}
}

// The buttons hand out what the table shows.
func TestExportButtons(t *testing.T) {
	b := look(t, dashboard(product), "/sources?"+question)
	lines, _ := b.js(`fetch([...document.querySelectorAll('main a')].find(a => a.innerText.trim() === 'CSV').href).then(r => r.text()).then(s => s.trim().split('\n').length)`).(float64)
	if int(lines) != len(b.rows())+1 {
		t.Errorf("the file has %v lines for %d rows", lines, len(b.rows()))
	}
	magic := b.js(`fetch([...document.querySelectorAll('main a')].find(a => a.innerText.trim() === 'Parquet').href).then(r => r.text()).then(s => s.slice(0, 4))`)
	if magic != "PAR1" {
		t.Errorf("the other file begins with %v", magic)
	}
}

// A table says how it comes about.
func TestHow(t *testing.T) {
	b := look(t, dashboard(product), "/pages?"+question)
	b.click("main button", "How is this computed?")
	for _, want := range []string{"FROM daily_page_time", "Unknown time adds nothing", "final", "2026-03-15"} {
		b.until("the panel to show "+want, `[...document.querySelectorAll('dialog[open]')].some(d => d.textContent.includes('`+want+`'))`)
	}
}

// Whoever watches sees a view without doing anything. How long that takes is printed, not judged.
func TestLiveMoves(t *testing.T) {
	view(t, "moving.example", "/before")
	b := look(t, dashboard(product), "/live?site="+site)
	b.until("the site to be known", `fetch('/api/v1/sites').then(r => r.json()).then(a => a.sites.some(s => s.key === 'moving.example'))`)
	b.open("/live?site=moving.example")
	for _, path := range []string{"/first", "/second"} {
		began := time.Now()
		view(t, "moving.example", path)
		b.until(path+" to show", `document.querySelector('main').innerText.includes('`+path+`')`)
		t.Logf("a view shows after %d ms", time.Since(began).Milliseconds())
	}
}

// view posts a page view as a browser does.
func view(t *testing.T, site, path string) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"site": site, "type": "pageview", "url": "https://" + site + path})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, product.Collector()+"/v1/events", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "text/plain")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusAccepted {
		t.Fatalf("the collector answers %s", res.Status)
	}
}

// A note that somebody writes stands on the time line, as text, until it is removed.
func TestNotes(t *testing.T) {
	b := look(t, dashboard(product), "/overview?"+question)
	b.js(`fetch('/api/v1/sites/` + site + `/annotations', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({day: '2026-03-05', title: '<img src=x onerror=window.hit=1> launch'})}).then(r => r.status)`)
	b.open("/overview?" + question)
	b.until("the note to show", `document.querySelector('main').innerText.includes('onerror=window.hit=1> launch')`)
	b.harmless("a note")
	b.click(`button[aria-label^="Traffic around"]`, "traffic")
	b.until("the days around it", `document.querySelectorAll('dialog tr.during').length === 1 && document.querySelectorAll('dialog tbody tr').length === 7`)
	b.harmless("the traffic around a note")
	b.accessible(axeScript(t), "the traffic around a note")
}
