// The operator's own list of networks.
import { answered, client, text, type Schema } from './client'

export type List = Schema['OwnNetworks']
export type Preview = Schema['NetworksPreview']
export type Use = Schema['NetworksUse']
export type Class = 'business' | 'isp' | 'hosting' | 'vpn' | 'education' | 'government'
export type Format = 'csv' | 'yaml'

export const list = (signal: AbortSignal) => answered(client.GET('/networks/own', { signal }))
export const uses = (signal: AbortSignal) => answered(client.GET('/networks/own/use', { signal }))
export const content = (signal: AbortSignal) => text('/networks/own/file', signal)
export const check = (content: string, format: Format, signal: AbortSignal) => answered(client.POST('/networks/own/check', { body: { content, format }, signal }))
export const replace = (content: string, format: Format, version: string) => answered(client.PUT('/networks/own', { body: { content, format, version } }))
export const add = (network: string, organisation: string, kind: Class, version: string) =>
  answered(client.POST('/networks/own/entries', { body: { network, organisation, class: kind, version } }))
export const remove = (network: string, version: string) => answered(client.DELETE('/networks/own/entries', { params: { query: { network, version } } }))
export const lookup = (address: string) => answered(client.GET('/networks/own/lookup', { params: { query: { address } } }))
