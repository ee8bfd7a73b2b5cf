/** The theme's colours as canvases need them: read from the page's tokens. */
export interface Colours {
  ink: string
  quiet: string
  line: string
  sunken: string
  surface: string
  one: string
  two: string
  three: string
  past: string
  warn: string
  font: string
}

export function colours(): Colours {
  const style = getComputedStyle(document.documentElement)
  const of = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return {
    ink: of('ink'), quiet: of('ink-2'), line: of('line'), sunken: of('sunken'), surface: of('surface'),
    one: of('chart-1'), two: of('chart-2'), three: of('chart-3'), past: of('chart-past'), warn: of('warn'),
    font: `12px ${of('font')}`,
  }
}

/** A colour of the form #rrggbb with an opacity. */
export function faint(colour: string, opacity: number): string {
  const hex = Math.round(opacity * 255).toString(16).padStart(2, '0')
  return /^#[0-9a-f]{6}$/i.test(colour) ? colour + hex : colour
}
