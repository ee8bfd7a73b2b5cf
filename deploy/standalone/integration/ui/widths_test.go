package ui

import (
	"strconv"
	"testing"
)

// The six cards stand in full rows at every width, and nothing in them is cut off.
func TestCards(t *testing.T) {
	b := look(t, dashboard(product), "/overview?"+question)
	for _, width := range []int64{320, 390, 600, 768, 961, 1100, 1300, 1440, 1920, 2560} {
		b.size(width, 900)
		at := " at " + strconv.FormatInt(width, 10) + " px"
		b.until("six cards in full rows"+at, `(cards => cards.length === 6 &&
			new Set([...Map.groupBy(cards, c => Math.round(c.getBoundingClientRect().top)).values()].map(r => r.length)).size === 1)(document.querySelectorAll('.cards > section'))`)
		// The charts in the cards follow a frame after the cards themselves.
		b.until("nothing cut off"+at, `[...document.querySelectorAll('.cards > section')].every(c => [...c.querySelectorAll('*')].every(e => e.getBoundingClientRect().right <= c.getBoundingClientRect().right + 0.5))`)
	}
}

// On a phone the first column of a table stays in its place while the others move.
func TestTablesOnPhones(t *testing.T) {
	b := look(t, dashboard(product), "/overview?"+question)
	b.size(380, 900)
	b.open("/pages?" + question + "&all=1")
	left := `document.querySelector('main tbody td').getBoundingClientRect().left`
	before := b.js(left)
	if moved := b.js(`(() => { const s = document.querySelector('main .scroll'); s.scrollLeft = 200; return s.scrollLeft })()`); moved != 200.0 {
		t.Fatalf("the table scrolls by %v", moved)
	}
	if after := b.js(left); after != before {
		t.Errorf("the first column moves from %v to %v", before, after)
	}
	b.open("/pages?" + question)
	b.stored("pages-phone")
}
