// Signing in, and who may see what.
import { answered, client, type Schema } from './client'

export type Role = Schema['Account']['role']

export const ways = (signal: AbortSignal) => answered(client.GET('/sign-in', { signal }))
export const signIn = (name: string, password: string) => answered(client.POST('/sign-in', { body: { name, password } }))
export const signOut = () => answered(client.POST('/sign-out'))
export const lookAtLink = (link: string, signal: AbortSignal) => answered(client.POST('/one-time-link/look', { body: { link }, signal }))
export const useLink = (body: Schema['LinkUsedBody']) => answered(client.POST('/one-time-link/use', { body }))

export const changePassword = (current: string, password: string) => answered(client.PUT('/me/password', { body: { current, password } }))
export const sessions = (signal: AbortSignal) => answered(client.GET('/me/sessions', { signal }))
export const endSession = (id: string) => answered(client.DELETE('/me/sessions/{id}', { params: { path: { id } } }))
export const endOtherSessions = () => answered(client.DELETE('/me/sessions'))

export const tokens = (signal: AbortSignal) => answered(client.GET('/tokens', { signal }))
export const makeToken = (body: Schema['TokenWantedBody']) => answered(client.POST('/tokens', { body }))
export const deleteToken = (id: string) => answered(client.DELETE('/tokens/{id}', { params: { path: { id } } }))

export const shares = (signal: AbortSignal) => answered(client.GET('/shares', { signal }))
export const makeShare = (body: Schema['ShareWantedBody']) => answered(client.POST('/shares', { body }))
export const deleteShare = (id: string) => answered(client.DELETE('/shares/{id}', { params: { path: { id } } }))

export const users = (signal: AbortSignal) => answered(client.GET('/users', { signal }))
export const invite = (body: Schema['InvitationBody']) => answered(client.POST('/users', { body }))
export const changeUser = (name: string, body: Schema['UserChangeBody']) => answered(client.PATCH('/users/{name}', { params: { path: { name } }, body }))
export const deleteUser = (name: string) => answered(client.DELETE('/users/{name}', { params: { path: { name } } }))
export const userLink = (name: string) => answered(client.POST('/users/{name}/link', { params: { path: { name } } }))
