// The one way to the API.
import createClient from 'openapi-fetch'
import type { components, paths } from './schema'

export type Schema = components['schemas']
export type Row = Record<string, unknown>

export const client = createClient<paths>({ baseUrl: '/api/v1', credentials: 'same-origin' })

/** What the API refused, in its own words. */
export class ApiError extends Error {
  constructor(readonly status: number, message: string) {
    super(message)
  }
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
  if (!got.response.ok) throw new ApiError(got.response.status, detailOf(got.error, got.response))
  return got.data as T
}

function detailOf(error: unknown, response: Response): string {
  if (typeof error === 'object' && error !== null && 'detail' in error && typeof error.detail === 'string') return error.detail
  return `The answer was ${response.status} ${response.statusText}.`
}

/** Posts to an operation that openapi.json does not describe yet. */
export async function post(path: string, body: unknown): Promise<void> {
  const response = await fetch(`/api/v1${path}`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body), credentials: 'same-origin',
  }).catch(() => {
    throw new ApiError(0, 'Footfall cannot be reached. Is it running?')
  })
  if (!response.ok) throw new ApiError(response.status, detailOf(await response.json().catch(() => null), response))
}

/** Fetches plain text; null where there is none. */
export async function text(path: string, signal: AbortSignal): Promise<string | null> {
  const response = await fetch(`/api/v1${path}`, { signal, credentials: 'same-origin' })
  if (response.status === 404) return null
  if (!response.ok) throw new ApiError(response.status, detailOf(await response.json().catch(() => null), response))
  return response.text()
}
