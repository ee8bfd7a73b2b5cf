import type { Schema } from './api/client'
import { instant } from './dates'

const faults: Record<string, string> = {
  rate_limited: 'it wants to be asked less often', server_error: 'its server has a fault', status: 'it answers with an error', redirect: 'it sends us elsewhere',
  too_long: 'its answer is over 5 MB', timeout: 'it takes too long to answer', connection: 'it cannot be reached', budget: 'it was asked as often in the last hour as it may be',
  format: 'its answer is not what it should be', truncated: 'its answer breaks off', field: 'something that must be there is missing', file: 'its file cannot be read',
}

/** How a calendar stands, in words. */
export function calendarText(c: Schema['Calendar'], zone: string): string {
  const read = c.read_at ? `last read ${instant(c.read_at, zone, false)}` : 'never read yet'
  return c.fault ? `${faults[c.fault] ?? c.fault}; ${read}` : read
}
