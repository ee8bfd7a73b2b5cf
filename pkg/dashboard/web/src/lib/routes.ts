// Which component shows which page. Rare pages are loaded when they are opened.
import type { Component } from 'svelte'

type Load = () => Promise<{ default: Component }>

const tables: Load = () => import('../pages/TablePage.svelte')

const pages: Record<string, Load> = {
  overview: () => import('../pages/Overview.svelte'),
  live: () => import('../pages/Live.svelte'),
  pages: () => import('../pages/PagesPage.svelte'),
  address: () => import('../pages/AddressPage.svelte'),
  countries: () => import('../pages/Countries.svelte'),
  companies: () => import('../pages/Companies.svelte'),
  witnesses: () => import('../pages/Witnesses.svelte'),
  definitions: () => import('../pages/Definitions.svelte'),
  runs: () => import('../pages/runs/Runs.svelte'),
  run: () => import('../pages/runs/RunPage.svelte'),
  alerts: () => import('../pages/Alerts.svelte'),
  account: () => import('../pages/settings/Account.svelte'),
  tokens: () => import('../pages/settings/Tokens.svelte'),
  shares: () => import('../pages/settings/Shares.svelte'),
  'own-networks': () => import('../pages/settings/OwnNetworks.svelte'),
  users: () => import('../pages/settings/Users.svelte'),
  'sign-in': () => import('../pages/SignIn.svelte'),
  welcome: () => import('../pages/Welcome.svelte'),
}

const asTables = ['entries', 'addresses', 'networks', 'sources', 'campaigns', 'devices', 'sessions', 'events', 'views']

export async function pageOf(name: string): Promise<Component> {
  const load = pages[name] ?? (asTables.includes(name) ? tables : () => import('../pages/NotFound.svelte'))
  return (await load()).default
}
