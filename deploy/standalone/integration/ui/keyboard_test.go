package ui

import (
	"context"
	"testing"

	"github.com/chromedp/chromedp"
)

// press sends a key to what has the focus.
func (b *tab) press(key string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.KeyEvent(key)); err != nil {
		b.t.Fatalf("press %q: %v", key, err)
	}
}

const escape = "\x1b"

// focused holds while what has the focus shows a text.
func focused(text string) string { return `document.activeElement.innerText.trim() === ` + quote(text) }

// Escape closes what was opened, and the focus goes back to what opened it.
func TestEscape(t *testing.T) {
	b := look(t, dashboard(product), "/pages?"+question)
	b.click("button", "+ Filter")
	b.until("the form to take the focus", `document.activeElement.matches('form select')`)
	b.press(escape)
	b.until("the form to be gone", `!document.querySelector('form select') && `+focused("+ Filter"))
	b.click("main button", "How is this computed?")
	b.until("the panel", `!!document.querySelector('dialog[open]')`)
	b.press(escape)
	b.until("the panel to be gone", `!document.querySelector('dialog[open]')`)
	b.size(390, 844)
	b.js(`document.querySelector('header .toggle').focus()`)
	b.press("\r")
	b.until("the menu", `document.querySelector('header nav').checkVisibility()`)
	b.press(escape)
	b.until("the menu to be gone", `!document.querySelector('header nav').checkVisibility() && `+focused("Menu"))
}

// A note is written on the overview; it is removed only by whoever says so twice.
func TestWriteNote(t *testing.T) {
	b := look(t, dashboard(product), "/overview?site="+towns+"&range="+firstDay+".."+lastDay)
	notes := `document.querySelector('.notes').innerText`
	b.click("main button", "+ Note")
	b.js(`(e => { e.value = 'A <b>fair</b>'; e.dispatchEvent(new Event('input', {bubbles: true})) })(document.querySelector('.notes input[required]:not([type=date])'))`)
	b.click(".notes form button", "Add")
	b.until("the note", notes+`.includes('A <b>fair</b>') && `+focused("+ Note"))
	for _, answer := range []string{"Cancel", "Remove it"} {
		b.until("the note to stand there", notes+`.includes('A <b>fair</b>')`)
		b.js(`document.querySelector('[aria-label^="Remove the note"]').click()`)
		b.click("dialog[open] button", answer)
		b.until("the dialog to be gone", `!document.querySelector('dialog[open]')`)
	}
	b.until("the note to be gone", `!`+notes+`.includes('fair')`)
}
