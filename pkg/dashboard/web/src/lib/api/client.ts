// The one way to the API.
import createClient from 'openapi-fetch'
import type { components, paths } from './schema'

export type Schema = components['schemas']
export type Row = Record<string, unknown>

export const client = createClient<paths>({ baseUrl: '/api/v1', credentials: 'same-origin' })

/** Shows every request the secret of a shared link. */
let secret = ''

export function askAs(shareSecret: string) {
  secret = shareSecret
}

client.use({
  onRequest({ request }) {
    if (secret) request.headers.set('Authorization', `Bearer ${secret}`)
  },
})

/** What the API refused, in its own words. */
export class ApiError extends Error {
  /** waitS is for how many seconds the API wants to be left alone; 0: it does not say. */
  constructor(readonly status: number, message: string, readonly waitS = 0) {
    super(message)
  }
}

/** What went wrong, as a sentence. */
export function told(err: unknown): string {
  const text = err instanceof Error ? err.message : String(err)
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`
}

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

/** Hands out what was answered, or throws an ApiError. */
export async function answered<T>(asked: Promise<Answer<T>>): Promise<T> {
  let got: Answer<T>
  try {
    got = await asked
  } catch (err) {
    if (err instanceof DOMException && err.name === 'AbortError') throw err
    throw new ApiError(0, 'Footfall cannot be reached. Is it running?')
  }
  if (!got.response.ok) throw refused(got.response, got.error)
  return got.data as T
}

function refused(response: Response, error: unknown): ApiError {
  return new ApiError(response.status, detailOf(error, response), Number(response.headers.get('Retry-After')) || 0)
}

function detailOf(error: unknown, response: Response): string {
  return explained(error) ?? `The answer was ${response.status} ${response.statusText}.`
}

/** What an answer says about what was wrong: its sentence or, where that only says that something was, each value that was. */
export function explained(error: unknown): string | null {
  const said = error as Partial<Schema['ErrorModel']> | null
  if (typeof said?.detail !== 'string') return null
  const faults = (said.detail === 'validation failed' && said.errors) || []
  return faults.map((f) => {
    const name = f.location?.replace(/^(query|body|path)\.?/, '') ?? ''
    const value = name && (typeof f.value === 'string' || typeof f.value === 'number') ? ` “${String(f.value).slice(0, 100)}”` : ''
    return name ? `${name}${value}: ${f.message ?? ''}` : (f.message ?? '')
  }).join('; ') || said.detail
}

/** Fetches a file, shown who asks, which a plain link of a shared page could not do. */
export async function file(href: string): Promise<{ content: Blob; name: string }> {
  const response = await fetch(href, { credentials: 'same-origin', headers: secret ? { Authorization: `Bearer ${secret}` } : {} }).catch(() => {
    throw new ApiError(0, 'Footfall cannot be reached. Is it running?')
  })
  if (!response.ok) throw refused(response, await response.json().catch(() => null))
  const name = /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '')?.[1] ?? 'export'
  return { content: await response.blob(), name }
}

/** Fetches plain text; null where there is none. */
export async function text(path: string, signal: AbortSignal): Promise<string | null> {
  const response = await fetch(`/api/v1${path}`, { signal, credentials: 'same-origin' })
  if (response.status === 404) return null
  if (!response.ok) throw refused(response, await response.json().catch(() => null))
  return response.text()
}
