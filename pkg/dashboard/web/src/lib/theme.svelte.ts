// Light or dark: as the system has it, unless somebody has chosen.

export type Theme = 'system' | 'light' | 'dark'

const key = 'footfall-theme'
const systemDark = matchMedia('(prefers-color-scheme: dark)')

class Themes {
  chosen: Theme = $state(document.documentElement.dataset['theme'] === 'dark' ? 'dark' : document.documentElement.dataset['theme'] === 'light' ? 'light' : 'system')
  #dark = $state(systemDark.matches)
  /** Which one is seen; charts read their colours anew when it changes. */
  seen: 'light' | 'dark' = $derived(this.chosen === 'system' ? (this.#dark ? 'dark' : 'light') : this.chosen)

  constructor() {
    systemDark.addEventListener('change', (e) => (this.#dark = e.matches))
  }

  choose(theme: Theme) {
    this.chosen = theme
    if (theme === 'system') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = theme
    try {
      if (theme === 'system') localStorage.removeItem(key)
      else localStorage.setItem(key, theme)
    } catch {
      // Storage is forbidden: it holds until the page is closed.
    }
  }
}

export const themes = new Themes()
