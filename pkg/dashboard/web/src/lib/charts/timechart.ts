// The options of the time chart: a line, dashed where it is provisional, the range before as a faint
// line, shades where figures are missing and a dashed upright at each note.
import uPlot from 'uplot'
import { fromZero, shareRange, valueAxis, type Unit } from './axes'
import { faint, type Colours } from './colours'

export interface TimeOptions {
  unit: Unit
  zone: string
  hourly: boolean
  missing: boolean[]
  /** Seconds, as the points have them. */
  notes: number[]
  zoom: ((from: number, to: number) => void) | null
}

export function timeOptions(o: TimeOptions, c: Colours): Omit<uPlot.Options, 'width' | 'height'> {
  const dots = { size: 5, fill: c.one, show: (u: uPlot) => (u.data[0]?.length ?? 0) <= 45 }
  const zone = o.hourly ? o.zone : 'UTC'
  return {
    legend: { show: false },
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), zone),
    padding: [12, 26, 0, 0],
    cursor: { y: false, drag: { x: o.zoom !== null, y: false, setScale: false }, points: { size: 8 } },
    scales: { x: { time: true, range: (_u, min, max) => aside(min, max, o.hourly) }, y: { range: o.unit === 'share' ? shareRange : fromZero } },
    axes: [dayAxis(c, o.hourly), valueAxis(o.unit, c)],
    series: [
      {},
      { stroke: c.past, width: 1.5, points: { show: false }, spanGaps: false },
      { stroke: c.one, width: 2, fill: faint(c.one, 0.1), points: dots, spanGaps: false },
      { stroke: c.one, width: 2, dash: [5, 4], points: { ...dots, fill: c.surface }, spanGaps: false },
    ],
    hooks: {
      drawClear: [(u) => shade(u, o.missing, c)],
      draw: [(u) => o.notes.forEach((at) => upright(u, at, c))],
      setSelect: [(u) => o.zoom && zoomTo(u, o.zoom)],
    },
  }
}

/** A day or an hour of room on both sides when there is but one point. */
function aside(min: number, max: number, hourly: boolean): [number, number] {
  if (min !== max) return [min, max]
  const room = hourly ? 3600 : 86400
  return [min - room, max + room]
}

/** Steps of the axis, in seconds. */
const hours = [3600, 7200, 10800, 21600, 43200]
const days = [1, 2, 3, 7, 14, 30, 60, 90, 180, 365].map((n) => n * 86400)

function dayAxis(c: Colours, hourly: boolean): uPlot.Axis {
  return {
    stroke: c.quiet, font: c.font, size: 44, gap: 6, space: 64,
    grid: { show: false }, ticks: { stroke: c.line, size: 5, width: 1 },
    incrs: hourly ? [...hours, ...days] : days,
    values: [
      [31536000, '{YYYY}', null, null, null, null, null, null, 1],
      [2592000, '{MMM}', '\n{YYYY}', null, null, null, null, null, 1],
      [86400, '{D} {MMM}', '\n{YYYY}', null, null, null, null, null, 1],
      [3600, '{HH}:{mm}', '\n{D} {MMM} {YYYY}', null, '\n{D} {MMM}', null, null, null, 1],
    ],
  }
}

function shade(u: uPlot, missing: boolean[], c: Colours) {
  const x = u.data[0]
  const step = x.length > 1 ? (x[1] as number) - (x[0] as number) : 86400
  u.ctx.save()
  u.ctx.beginPath()
  u.ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height)
  u.ctx.clip()
  u.ctx.fillStyle = c.sunken
  missing.forEach((is, i) => {
    if (!is) return
    const at = x[i] as number
    const left = u.valToPos(at - step / 2, 'x', true)
    u.ctx.fillRect(left, u.bbox.top, u.valToPos(at + step / 2, 'x', true) - left + 1, u.bbox.height)
  })
  u.ctx.restore()
}

function upright(u: uPlot, at: number, c: Colours) {
  const left = Math.round(u.valToPos(at, 'x', true))
  if (left < u.bbox.left || left > u.bbox.left + u.bbox.width) return
  u.ctx.save()
  u.ctx.strokeStyle = c.warn
  u.ctx.lineWidth = devicePixelRatio
  u.ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio])
  u.ctx.beginPath()
  u.ctx.moveTo(left, u.bbox.top)
  u.ctx.lineTo(left, u.bbox.top + u.bbox.height)
  u.ctx.stroke()
  u.ctx.restore()
}

function zoomTo(u: uPlot, zoom: (from: number, to: number) => void) {
  const { left, width } = u.select
  if (width < 8) return
  const from = u.posToIdx(left)
  const to = u.posToIdx(left + width)
  u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
  zoom(from, to)
}
