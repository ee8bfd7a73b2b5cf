// Alert rules: how they stand, what happened, and what admins do about it.
import { answered, client } from './client'

export const rules = (signal: AbortSignal) => answered(client.GET('/alerts', { signal }))
export const history = (rule: string, signal: AbortSignal) => answered(client.GET('/alerts/history', { params: { query: { rule, limit: 50 } }, signal }))
export const test = (name: string) => answered(client.POST('/alerts/{name}/test', { params: { path: { name } } }))
export const silence = (name: string, until: string) => answered(client.POST('/alerts/{name}/silence', { params: { path: { name } }, body: { until } }))
export const unsilence = (name: string) => answered(client.DELETE('/alerts/{name}/silence', { params: { path: { name } } }))
