package ui

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// visited lets a view come twice a second, until the test ends.
func visited(t *testing.T) {
	t.Helper()
	go func() {
		for tick := time.NewTicker(500 * time.Millisecond); ; {
			select {
			case <-tick.C:
			case <-t.Context().Done():
				return
			}
			answer, err := http.Post(product.Collector()+"/v1/events", "application/json", strings.NewReader(`{"site":"zz.example","type":"pageview","url":"http://zz.example/"}`))
			if err == nil {
				answer.Body.Close()
			}
		}
	}()
}

// An admin uploads a list as a spreadsheet saves it, sees what is wrong with it before anything happens,
// mends it, and asks which company an address belongs to.
func TestOwnNetworks(t *testing.T) {
	b := look(t, dashboard(product), "/own-networks")
	axe := axeScript(t)
	b.until("the page without a list", `document.querySelector('main').innerText.includes('No list yet')`)
	b.accessible(axe, "own networks, none yet")
	b.click("main button", "Change the list")
	b.until("the dialog", `!document.querySelector('dialog[open] textarea').disabled`)
	b.js(`(() => { // "Müller" as Windows writes it
		const bytes = Uint8Array.from('network;organisation;class\r\n203.0.113.0/24;M\xfcller & S\xf6hne;\r\n203.0.113.64/26;Their school;education\r\n2001:db8::/32;Second <b>Bank</b>;firm\r\n', c => c.charCodeAt(0))
		const files = new DataTransfer(); files.items.add(new File([bytes], 'offices.csv'))
		const input = document.querySelector('dialog[open] input[type=file]'); input.files = files.files; input.dispatchEvent(new Event('change', {bubbles: true})) })()`)
	b.until("what is wrong", `document.querySelector('dialog[open] .wrong')?.innerText.includes('Line 4: class "firm"')`)
	if b.js(`[...document.querySelectorAll('dialog[open] button')].find(e => e.innerText === 'Replace the list').disabled`) != true {
		t.Error("a list with a wrong line may be sent")
	}
	b.js(`document.querySelector('dialog[open] details').open = true`)
	b.accessible(axe, "own networks, change")
	b.stored("own-networks-change")
	b.js(`(e => { e.value = e.value.replace(';firm', ';hosting'); e.dispatchEvent(new Event('input', {bubbles: true})) })(document.querySelector('dialog[open] textarea'))`)
	b.until("that all is right", `document.querySelector('dialog[open] .preview:not(.wrong)')?.innerText.includes('3 networks of 3 companies')`)
	b.click("dialog[open] button", "Replace the list")
	b.until("the list", `document.querySelectorAll('main tbody tr').length === 3 && document.querySelector('main').innerText.includes('Second <b>Bank</b>')`)
	b.js(`(e => { e.value = '203.0.113.70'; e.dispatchEvent(new Event('input', {bubbles: true})) })(document.querySelector('main input[placeholder="203.0.113.9"]'))`)
	b.click("main button", "Look")
	b.until("the company", `document.querySelector('main form [role=status]').innerText.includes('Their school')`)
	visited(t)
	b.until("an event that follows the list", `document.querySelector('main').innerText.includes('Events follow it')`)
	b.settled()
	b.accessible(axe, "own networks")
	b.stored("own-networks")
	b.click("main button", "Add a network")
	b.fill("Network or address", "198.51.100.7/33")
	b.fill("Company", "Third")
	b.click("dialog[open] button", "Add it")
	b.until("the refusal", `document.querySelector('dialog[open] [role=alert]')?.innerText.includes('198.51.100.7/33')`)
	b.fill("Network or address", "198.51.100.7")
	b.click("dialog[open] button", "Add it")
	b.until("the fourth", `document.querySelectorAll('main tbody tr').length === 4 && !document.querySelector('dialog[open]')`)
	b.js(`document.querySelector('main button[aria-label="Remove 203.0.113.64/26"]').click()`)
	b.click("dialog[open] button", "Remove it")
	b.until("three again", `document.querySelectorAll('main tbody tr').length === 3 && !document.querySelector('dialog[open]')`)
	content, err := os.ReadFile(filepath.Join(product.Data, "networks", "own.csv"))
	if err != nil {
		t.Fatal(err)
	}
	const want = "network;organisation;class\n203.0.113.0/24;Müller & Söhne;\n2001:db8::/32;Second <b>Bank</b>;hosting\n198.51.100.7/32;Third;business\n"
	if got := strings.ReplaceAll(string(content), "\r\n", "\n"); got != want {
		t.Errorf("the file is %q, want %q", got, want)
	}
}
