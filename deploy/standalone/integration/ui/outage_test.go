package ui

import (
	"testing"

	"github.com/chromedp/cdproto/network"
)

// reach lets the tab reach the dashboard, or not.
func (b *tab) reach(can bool) {
	b.t.Helper()
	call(b, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{
		{Offline: !can, DownloadThroughput: -1, UploadThroughput: -1}}})
}

// While nothing answers, an open page says so; once it does again, everything works without loading anew.
func TestOutage(t *testing.T) {
	b := look(t, dashboard(product), "/pages?"+question)
	b.reach(false)
	b.click("main th button", "Exits")
	b.until("what is wrong with the table", `document.querySelector('main [role=alert]').innerText.includes('cannot be reached')`)
	b.click("nav a", "Live") // whose component is not there yet
	b.until("what is wrong with the page", `document.querySelector('main [role=alert]').innerText.includes('could not be loaded')`)
	b.reach(true)
	b.click("nav a", "Pages")
	b.until("the pages again", `document.querySelector('main h1').innerText === 'Pages' && !!document.querySelector('main tbody tr') && !document.querySelector('main [role=alert]')`)
	b.click("nav a", "Live")
	b.until("the live page", `document.querySelector('main h1').innerText === 'Live'`)
}

// Whoever waits for a site's first view sees it come, without loading anything anew.
func TestFirstView(t *testing.T) {
	const site = "first.example"
	b := look(t, dashboard(product), "/")
	b.js(`history.pushState(null, '', '/live?site=` + site + `'); dispatchEvent(new PopStateEvent('popstate'))`)
	b.until("the page that waits", `document.querySelector('main').innerText.includes('There is no site “`+site+`”')`)
	view(t, site, "/a")
	b.until("the view", `document.querySelector('main h1').innerText === 'Live' && document.querySelector('main').innerText.includes('/a')`)
}
