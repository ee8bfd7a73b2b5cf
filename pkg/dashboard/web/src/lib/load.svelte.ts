import { ApiError } from './api/client'
import { app } from './state.svelte'

/** An answer on its way. The one before stays until the next has come, so that pages do not jump. */
export class Loaded<T> {
  data: T | undefined = $state.raw()
  error: Error | null = $state.raw(null)
  loading = $state(true)
  #again = $state(0)

  constructor(ask: () => ((signal: AbortSignal) => Promise<T>) | null) {
    $effect(() => {
      void this.#again
      const question = ask()
      if (!question) return
      const abort = new AbortController()
      this.loading = true
      question(abort.signal).then(
        (data) => {
          if (!abort.signal.aborted) [this.data, this.error, this.loading] = [data, null, false]
        },
        (err: unknown) => {
          if (!abort.signal.aborted) this.#failed(err)
        },
      )
      return () => abort.abort()
    })
  }

  again() {
    this.#again++
  }

  #failed(err: unknown) {
    this.loading = false
    this.error = err instanceof Error ? err : new Error(String(err))
    if (err instanceof ApiError && err.status === 401) app.signedOut = true
  }
}

/** Asks a question, and again whenever what it depends on changes. Call it while a component is made. */
export function load<T>(ask: () => ((signal: AbortSignal) => Promise<T>) | null): Loaded<T> {
  return new Loaded(ask)
}
