import uPlot from 'uplot'
import { fromZero, nameAxis, valueAxis } from './axes'
import type { Colours } from './colours'

/** Bars side by side, one colour per series. Stacked ones hold sums from the bottom, greatest first. */
export function barOptions(names: string[], fills: ((c: Colours) => string)[], c: Colours): Omit<uPlot.Options, 'width' | 'height'> {
  const bars = uPlot.paths.bars?.({ size: [0.8, 64], radius: 0 })
  return {
    legend: { show: false },
    padding: [12, 8, 0, 0],
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    scales: { x: { time: false, range: () => [-0.6, names.length - 0.4] }, y: { range: fromZero } },
    axes: [nameAxis(names, c), valueAxis('count', c)],
    series: [
      {},
      ...fills.map((fill): uPlot.Series => ({ fill: fill(c), stroke: fill(c), width: 0, points: { show: false }, ...(bars ? { paths: bars } : {}) })),
    ],
  }
}

/** Adds up columns for a stack: the first returned holds all of them, the last one only the last. */
export function stack(columns: number[][]): number[][] {
  return columns.map((_, from) => (columns[0] ?? []).map((_, i) => columns.slice(from).reduce((sum, column) => sum + (column[i] ?? 0), 0)))
}

/** Bars without axes, for a cell of a table. */
export function miniBars(n: number, c: Colours): Omit<uPlot.Options, 'width' | 'height'> {
  const bars = uPlot.paths.bars?.({ size: [0.75, 20] })
  return {
    legend: { show: false },
    padding: [1, 0, 1, 0],
    cursor: { show: false },
    axes: [{ show: false }, { show: false }],
    scales: { x: { time: false, range: () => [-0.5, n - 0.5] }, y: { range: (_u, _min, max) => [0, max || 1] } },
    series: [{}, { fill: c.one, width: 0, points: { show: false }, ...(bars ? { paths: bars } : {}) }],
  }
}
