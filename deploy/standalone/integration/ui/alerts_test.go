package ui

import (
	"os"
	"path/filepath"
	"testing"
)

// rulesFile writes alert rules whose webhook nobody answers.
func rulesFile(dir string) (string, error) {
	const rules = `defaults: {webhook: 'http://127.0.0.1:1/hook'}
rules:
  - {name: too-busy, site: demo, figure: live_views, above: 1000000}
  - {name: few-visits, site: demo, figure: sessions, below: 1, filters: ['path:/<b>pricing</b>*']}
`
	file := filepath.Join(dir, "alerts.yaml")
	return file, os.WriteFile(file, []byte(rules), 0o600)
}

// The page shows how rules stand; an admin silences one, sees that in its history, and what a test says.
func TestAlerts(t *testing.T) {
	b := look(t, dashboard(product), "/alerts")
	axe := axeScript(t)
	b.until("both rules", `document.querySelectorAll('main tbody tr').length === 2 && document.querySelector('main').innerText.includes('path:/<b>pricing</b>*')`)
	b.until("the first look", `document.querySelector('main').innerText.includes('All right')`)
	b.accessible(axe, "alerts")
	b.stored("alerts")
	b.click("main button", "Silence")
	b.click("dialog[open] button", "Silence it")
	b.until("the silence", `document.querySelector('main').innerText.includes('silent until')`)
	b.click("main button", "History")
	b.until("the silence in the history", `document.querySelector('dialog[open]').innerText.includes('silenced until')`)
	b.accessible(axe, "alert history")
	b.click("dialog[open] button", "Close")
	b.click("main button", "End silence")
	b.click("dialog[open] button", "End it")
	b.until("the end of the silence", `!document.querySelector('main').innerText.includes('silent until')`)
	b.click("main button", "Test")
	b.click("dialog[open] button", "Send it")
	b.until("what went wrong", `document.querySelector('dialog[open] [role=alert]')?.innerText.includes('webhook')`)
}
