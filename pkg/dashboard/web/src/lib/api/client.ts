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
