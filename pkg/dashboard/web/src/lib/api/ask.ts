// The questions that pages ask, one function each.
import { question, type View } from '../view'
import { answered, client, type Schema } from './client'

export type Report = 'pages' | 'entries' | 'addresses' | 'networks' | 'companies' | 'countries' | 'cities' | 'sources' | 'campaigns' | 'devices' | 'witnesses' | 'events' | 'sessions' | 'views'

const of = (view: View) => ({ site: view.site })

export const me = (signal?: AbortSignal) => answered(client.GET('/me', signal ? { signal } : {}))
export const sites = (signal?: AbortSignal) => answered(client.GET('/sites', signal ? { signal } : {}))
export const figures = (signal: AbortSignal) => answered(client.GET('/figures', { signal }))
export const live = (site: string, signal: AbortSignal) => answered(client.GET('/sites/{site}/live', { params: { path: { site } }, signal }))

export function summary(view: View, signal: AbortSignal): Promise<Schema['Summary']> {
  const compare = view.compare as 'none' | 'previous' | 'year'
  return answered(client.GET('/sites/{site}/summary', { params: { path: of(view), query: { ...question(view), compare } }, signal }))
}

export function timeline(view: View, signal: AbortSignal, by: 'day' | 'hour' = 'day'): Promise<Schema['Timeline']> {
  return answered(client.GET('/sites/{site}/timeline', { params: { path: of(view), query: { ...question(view), by } }, signal }))
}

/** One page of a table, as the view sorts and searches it; its rows have these columns, or all. */
export function table(view: View, report: Report, signal: AbortSignal, columns?: string[]): Promise<Schema['Table']> {
  const query = { ...question(view), ...tableQuery(view), ...thresholds(view, report), ...(columns ? { columns } : {}) }
  return answered(client.GET('/sites/{site}/reports/{report}', { params: { path: { ...of(view), report }, query }, signal }))
}

/** How a table comes about, the totals of the overview, or its chart. */
export type Explained = Report | 'summary' | 'day' | 'hour'

export function how(view: View, report: Explained, signal: AbortSignal): Promise<Schema['How']> {
  const path = of(view)
  if (report === 'summary') return answered(client.GET('/sites/{site}/summary/how', { params: { path, query: question(view) }, signal }))
  if (report === 'day' || report === 'hour') return answered(client.GET('/sites/{site}/timeline/how', { params: { path, query: { ...question(view), by: report } }, signal }))
  const query = { ...question(view), ...tableQuery(view), ...thresholds(view, report) }
  return answered(client.GET('/sites/{site}/reports/{report}/how', { params: { path: { ...path, report }, query }, signal }))
}

/** What a network must reach to be among the companies. */
export function thresholds(view: View, report: string) {
  return report === 'companies' ? { least_views: view.views, least_seconds: view.seconds, least_confidence: view.sure as 'low' | 'medium' | 'high' } : {}
}

function tableQuery(view: View) {
  return {
    limit: view.size, offset: (view.at - 1) * view.size,
    ...(view.sort ? { sort: view.sort } : {}), ...(view.search ? { search: view.search } : {}),
  }
}

export function annotations(view: View, signal: AbortSignal) {
  return answered(client.GET('/sites/{site}/annotations', { params: { path: of(view), query: question(view) }, signal }))
}

/** The days before, during and after an event, beside what is usual on them. */
export function traffic(view: View, source: string, id: string, signal: AbortSignal): Promise<Schema['Traffic']> {
  const { tz, bots, filter } = question(view)
  return answered(client.GET('/sites/{site}/annotations/traffic', { params: { path: of(view), query: { source, id, ...(tz ? { tz } : {}), ...(bots ? { bots } : {}), ...(filter ? { filter } : {}) } }, signal }))
}

export const calendars = (signal: AbortSignal) => answered(client.GET('/calendars', { signal }))

export function addAnnotation(site: string, day: string, title: string) {
  return answered(client.POST('/sites/{site}/annotations', { params: { path: { site } }, body: { day, title } }))
}

export function deleteAnnotation(site: string, id: string) {
  return answered(client.DELETE('/sites/{site}/annotations/{id}', { params: { path: { site, id } } }))
}

/** The arithmetic behind an address's day, in words. */
export function explanation(view: View, ip: string, day: string, signal: AbortSignal): Promise<string> {
  const query = { day, ...(view.tz ? { tz: view.tz } : {}) }
  return answered(client.GET('/sites/{site}/addresses/{ip}/explanation', { params: { path: { site: view.site, ip }, query }, parseAs: 'text', signal }))
}
