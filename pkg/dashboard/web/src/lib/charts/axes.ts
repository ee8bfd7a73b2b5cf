import type uPlot from 'uplot'
import { count, duration, share } from '../format'
import type { Colours } from './colours'

export type Unit = 'count' | 'ms' | 'share'

/** A figure as its unit is written. */
export function write(unit: Unit, value: number | null | undefined): string {
  return unit === 'ms' ? duration(value) : unit === 'share' ? share(value) : count(value)
}

const s = 1000
const min = 60 * s
const h = 60 * min

/** Steps between ticks that people count times in. */
const timeSteps = [
  s, 2 * s, 5 * s, 10 * s, 15 * s, 30 * s, min, 2 * min, 5 * min, 10 * min, 15 * min, 30 * min,
  h, 2 * h, 3 * h, 6 * h, 12 * h, 24 * h, 48 * h, 120 * h, 240 * h, 480 * h, 1200 * h, 2400 * h, 12000 * h, 24000 * h,
]
const countSteps = [1, 2, 5].flatMap((n) => Array.from({ length: 13 }, (_, p) => n * 10 ** p)).sort((a, b) => a - b)

export function valueAxis(unit: Unit, c: Colours): uPlot.Axis {
  return {
    stroke: c.quiet, font: c.font, size: (_, values) => Math.max(36, ...(values ?? []).map((v) => v.length * 7 + 12)), gap: 4,
    grid: { stroke: c.line, width: 1 }, ticks: { show: false }, space: 44,
    ...(unit === 'share' ? {} : { incrs: unit === 'ms' ? timeSteps : countSteps }),
    values: (_, splits) => splits.map((v) => (v === 0 ? '0' : write(unit, v))),
  }
}

/** An axis that names things by their index. */
export function nameAxis(names: string[], c: Colours): uPlot.Axis {
  return {
    stroke: c.quiet, font: c.font, grid: { show: false }, ticks: { show: false }, size: 28, gap: 6,
    splits: names.map((_, i) => i),
    values: (u, splits) => {
      const room = u.bbox.width / devicePixelRatio / Math.max(names.length, 1)
      if (names.includes('')) return splits.map((i) => names[i] ?? '')
      const every = Math.max(1, Math.ceil((Math.max(...names.map((n) => n.length)) * 6.5 + 8) / room))
      return splits.map((i) => (i % every === 0 ? (names[i] ?? '') : ''))
    },
  }
}

/** From zero to a little above the greatest value. */
export function fromZero(_: uPlot, __: number | null, max: number | null): [number, number] {
  return [0, max ? max * 1.08 : 1]
}

export function shareRange(_: uPlot, __: number | null, max: number | null): [number, number] {
  return [0, Math.min(1, Math.max(0.1, (max ?? 1) * 1.08))]
}
