// What the page of the own networks says, and how it reads files.
import type { Class, Format, Preview, Use } from './api/networks'
import { count } from './format'

export const classes: { name: Class; title: string }[] = [
  { name: 'business', title: 'Business' },
  { name: 'education', title: 'Education' },
  { name: 'government', title: 'Government' },
  { name: 'isp', title: 'Internet provider' },
  { name: 'hosting', title: 'Hosting' },
  { name: 'vpn', title: 'VPN' },
]

export const classTitle = (name: string) => classes.find((c) => c.name === name)?.title ?? name

const many = (n: number, one: string, more: string) => `${count(n)} ${n === 1 ? one : more}`

/** "312 networks of 40 companies". */
export const sizeText = (p: Pick<Preview, 'networks' | 'companies'>) => `${many(p.networks, 'network', 'networks')} of ${many(p.companies, 'company', 'companies')}`

/** "2 lines are wrong". */
export const wrongText = (n: number) => `${many(n, 'line is', 'lines are')} wrong`

/** What a list would change: "adds 3, removes 1, changes none". */
export function changesText(p: Preview): string {
  if (p.added + p.removed + p.changed === 0) return 'It says the same as the list in force.'
  const part = (n: number) => (n === 0 ? 'none' : count(n))
  return `Beside the list in force it adds ${part(p.added)}, removes ${part(p.removed)} and changes ${part(p.changed)}.`
}

/** Which list collectors follow, as their newest events say. */
export function useText(version: string, uses: Use[], when: (at: string) => string): string {
  const own = uses.find((u) => u.version === version)
  const newest = uses[0]
  if (!newest) return 'No event has come within the last hour that would show which list the collectors follow.'
  if (newest === own) return `Events follow it, the newest of ${when(newest.used_at)}.`
  const other = newest.version ? `another list (version ${newest.version})` : 'no list'
  return `The newest event, of ${when(newest.used_at)}, follows ${other}${own ? `; the last one that follows this list is of ${when(own.used_at)}` : ''}. If that stays so, a collector watches another file.`
}

/** A file's text. Spreadsheets save UTF-8, UTF-16, or what Windows uses in the west. */
export function decode(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

/** The format that a file's name tells. */
export const formatOf = (name: string): Format => (/\.ya?ml$/i.test(name) ? 'yaml' : 'csv')

/** The largest list that the API takes, in bytes. */
export const maxBytes = 1 << 20
