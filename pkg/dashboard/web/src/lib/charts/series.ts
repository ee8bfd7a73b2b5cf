// The points of a time line as a chart needs them.
import type { Schema } from '../api/client'
import { daySeconds } from '../dates'
import type { Unit } from './axes'

export type Point = Schema['Point']

/** A figure that the time chart can show. */
export interface Figure {
  name: string
  title: string
  unit: Unit
  of: (p: Point) => number | null
  /** Whether it is known by hour. */
  hourly: boolean
}

const known = (p: Point) => (p.views_evidence ?? 0) + (p.views_gap ?? 0)

export const figures: Figure[] = [
  { name: 'sessions', title: 'Visits', unit: 'count', of: (p) => p.sessions ?? null, hourly: true },
  { name: 'accesses', title: 'Views', unit: 'count', of: (p) => p.accesses ?? null, hourly: true },
  { name: 'addresses', title: 'Addresses', unit: 'count', of: (p) => p.addresses ?? null, hourly: false },
  { name: 'spent_ms', title: 'Time spent', unit: 'ms', of: (p) => p.spent_ms ?? null, hourly: true },
  { name: 'mean_ms', title: 'Mean time', unit: 'ms', of: (p) => (p.spent_ms != null && known(p) > 0 ? p.spent_ms / known(p) : null), hourly: true },
  { name: 'bounce_share', title: 'Bounce share', unit: 'share', of: (p) => (p.bounces != null && p.sessions ? p.bounces / p.sessions : null), hourly: true },
]

export function figureOf(name: string): Figure {
  return figures.find((f) => f.name === name) ?? (figures[0] as Figure)
}

/** Where a point lies: days as if their midnights were UTC's, hours at their instant. */
export function secondsOf(p: Point): number {
  return p.hour == null ? daySeconds(p.day) : Date.parse(p.start) / 1000
}

/** The share of a point's views whose time is known; null without views. */
export function coverageOf(p: Point): number | null {
  return p.accesses ? known(p) / p.accesses : null
}

export interface Series {
  x: number[]
  /** Final figures. */
  sure: (number | null)[]
  /** Provisional ones, and the final one before them, so that the line goes on. */
  open: (number | null)[]
  past: (number | null)[]
  missing: boolean[]
}

/** Splits a figure into what is final and what may still change, beside the range before, by position. */
export function seriesOf(points: Point[], past: Point[], figure: Figure): Series {
  const values = points.map(figure.of)
  const provisional = points.map((p) => p.state === 'provisional')
  return {
    x: points.map(secondsOf),
    sure: values.map((v, i) => (provisional[i] ? null : v)),
    open: values.map((v, i) => (provisional[i] || (provisional[i + 1] && v != null) ? v : null)),
    past: points.map((_, i) => (past[i] ? figure.of(past[i]) : null)),
    missing: points.map((p) => p.state === 'missing'),
  }
}
