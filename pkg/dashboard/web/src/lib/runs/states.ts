// What the states of days and runs are called, and what they mean.

export type State = 'missing' | 'requested' | 'running' | 'provisional' | 'final' | 'stale' | 'failed'

export const states: { name: State; title: string; about: string }[] = [
  { name: 'final', title: 'Final', about: 'The day is over and its figures are in step with its events.' },
  { name: 'provisional', title: 'Provisional', about: 'There are figures; they change as long as the day lasts.' },
  { name: 'running', title: 'Running', about: 'It is being computed now.' },
  { name: 'requested', title: 'Requested', about: 'Somebody has asked for it, and it waits for its turn.' },
  { name: 'missing', title: 'Missing', about: 'There are events, and no figures yet.' },
  { name: 'stale', title: 'Stale', about: 'Events have come since the figures were computed, or the rows are not those of the run.' },
  { name: 'failed', title: 'Failed', about: 'The newest run has failed; figures of an earlier run stay as they were.' },
]

/** How a run ended that a person has stopped. */
const cancelled = { title: 'Cancelled', about: 'A person has stopped it. What was published stays as it was.' }

/** What a state of a day or a run is called, and what it means. */
export const stateOf = (name: string) => (name === 'cancelled' ? cancelled : states.find((s) => s.name === name))

/** States that change by themselves within seconds. */
export const busy = (state: string): boolean => state === 'running' || state === 'requested'

const reasons: Record<string, string> = {
  missing: 'there are events and no figures', failed: 'the last run failed', stale: 'events have come since', unfinished: 'the day was not over',
  differs: 'its rows are not those of the run', redo: 'asked for again',
}

/** Why a day is computed, in words. */
export const reasonText = (reason: string): string => reasons[reason] ?? reason

const causes: Record<string, string> = { schedule: 'the schedule', person: 'a person', command: 'the command line' }

/** Who or what began a run. */
export function causeText(cause: string, by: string): string {
  if (by) return cause === 'command' ? `${by}, at the command line` : by
  return causes[cause] ?? (cause || 'unknown')
}

/** Milliseconds of a run: exact where it is short. */
export function took(ms: number | null | undefined): string {
  if (ms == null) return ''
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  const s = Math.round(ms / 1000)
  return `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, '0')} s`
}
