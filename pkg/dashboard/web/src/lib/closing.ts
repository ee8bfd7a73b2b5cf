/**
 * Closes a dialog, and tells it once. The browser tells of a close a little later, when another dialog may be open: that one
 * would be ended.
 */
export function closing(dialog: () => HTMLDialogElement | undefined, closed: () => void) {
  let over = false
  const end = () => {
    if (over) return
    over = true
    closed()
  }
  const close = () => {
    dialog()?.close()
    end()
  }
  return { close, end }
}
