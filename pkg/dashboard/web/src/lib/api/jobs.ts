// The questions and orders of the job console.
import { answered, client, type Schema } from './client'

export const days = (from: string, to: string, signal: AbortSignal) => answered(client.GET('/jobs/days', { params: { query: { from, to } }, signal }))
export const requests = (signal: AbortSignal) => answered(client.GET('/jobs/requests', { signal }))
export const run = (id: string, signal: AbortSignal) => answered(client.GET('/jobs/runs/{id}', { params: { path: { id } }, signal }))
export const request = (id: string, signal: AbortSignal) => answered(client.GET('/jobs/requests/{id}', { params: { path: { id } }, signal }))

/** The runs of a day, newest first. */
export function runs(day: string, tz: string, signal: AbortSignal) {
  return answered(client.GET('/jobs/runs', { params: { query: { day, ...(tz ? { tz } : {}) } }, signal }))
}

export const order = (wish: Schema['JobWish']) => answered(client.POST('/jobs/requests', { body: wish }))
export const cancel = (id: string) => answered(client.DELETE('/jobs/requests/{id}', { params: { path: { id } } }))
