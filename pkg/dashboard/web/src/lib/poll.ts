/** Asks every so often, while the page is seen. Returns what ends it. */
export function poll(ask: (signal: AbortSignal) => Promise<void>, everyMS: number): () => void {
  const abort = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  let asking = false

  async function next() {
    clearTimeout(timer)
    if (document.hidden || asking || abort.signal.aborted) return
    asking = true
    const began = Date.now()
    await ask(abort.signal)
    asking = false
    if (!abort.signal.aborted) timer = setTimeout(next, Math.max(0, everyMS - (Date.now() - began)))
  }

  document.addEventListener('visibilitychange', next, { signal: abort.signal })
  abort.signal.addEventListener('abort', () => clearTimeout(timer))
  void next()
  return () => abort.abort()
}
