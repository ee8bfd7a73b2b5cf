import { untrack } from 'svelte'
import { poll } from './poll'

interface Again {
  readonly loading: boolean
  again: () => void
}

/** Asks again every so often while the page is seen; a question that is on its way is waited for. */
export function refresh(questions: Again[], everyMS: () => number) {
  $effect(() => {
    const every = everyMS()
    let first = true
    return untrack(() => poll(async () => {
      if (!first) for (const q of questions) if (!q.loading) q.again()
      first = false
    }, every))
  })
}
