// Rules and words of accounts, as the API has them.
import type { Schema } from './api/client'
import type { Role } from './api/accounts'

export const shortestPassword = 12

export const roles: { name: Role; title: string; about: string }[] = [
  { name: 'viewer', title: 'Viewer', about: 'reads the figures of the chosen sites' },
  { name: 'analyst', title: 'Analyst', about: 'also writes notes and shares pages' },
  { name: 'admin', title: 'Admin', about: 'also runs days and manages people; sees every site' },
]

/** The roles that somebody may hand on: at most their own. */
export function rolesUpTo(role: string | undefined): typeof roles {
  return roles.slice(0, roles.findIndex((r) => r.name === role) + 1)
}

export const lives: [days: number, title: string][] = [[7, '7 days'], [30, '30 days'], [90, '90 days'], [366, 'a year']]

/** What is wrong with a name, or nothing. */
export function nameTrouble(name: string): string {
  return /^[a-z0-9][a-z0-9._@+'-]{0,99}$/.test(name.trim().toLowerCase())
    ? '' : 'A name has 1 to 100 letters, digits and . _ @ + \' -, and begins with a letter or a digit.'
}

/** What is wrong with a new password, or nothing. */
export function passwordTrouble(name: string, password: string, again: string): string {
  if ([...password].length < shortestPassword) return `The password has ${[...password].length} of at least ${shortestPassword} characters.`
  if (password.trim().toLowerCase() === name.trim().toLowerCase()) return 'The password must not be the name.'
  return password === again ? '' : 'Both passwords must be the same.'
}

/** Which sites somebody or something sees, in words. */
export function sitesText(of: { all_sites: boolean; sites?: string[] | null }, all = 'every site'): string {
  return of.all_sites ? all : of.sites?.length ? of.sites.join(', ') : 'no site'
}

/** How an account stands, in words. */
export function standing(a: Schema['Account']): string {
  if (a.disabled) return 'disabled'
  if (a.invited) return 'invited, has not chosen a password'
  return a.provider ? 'signs in at the provider' : 'active'
}

/** What went wrong at the provider, by the page's ?trouble=. */
export function troubleText(trouble: string | null): string {
  const texts: Record<string, string> = {
    provider: 'The provider does not answer as it should. Try again in a minute; if it stays so, the dashboard’s log says more.',
    expired: 'This took too long, or began in another browser. Try once more.',
    refused: 'The provider knows you, but you have no access here. Ask an admin of this dashboard.',
  }
  return trouble ? (texts[trouble] ?? 'Signing in at the provider did not work.') : ''
}

/** Words for a browser by what it calls itself; its own words where it is not known. */
export function browserText(agent: string): string {
  const browser = [/Edg\//, 'Edge', /Firefox\//, 'Firefox', /(Chrome|Chromium|HeadlessChrome)\//, 'Chrome', /Safari\//, 'Safari', /^curl/, 'curl']
  const system = [/Android/, 'Android', /(iPhone|iPad)/, 'iOS', /Windows/, 'Windows', /Mac OS X/, 'macOS', /Linux/, 'Linux']
  const find = (of: (RegExp | string)[]) => of.find((_, i) => i % 2 === 1 && (of[i - 1] as RegExp).test(agent)) as string | undefined
  const name = find(browser)
  return name ? [name, find(system)].filter(Boolean).join(' on ') : agent || 'unknown'
}
