import { told } from './api/client'

/** What a button does: whether it is on, and why it failed, in words. */
export class Deed {
  busy = $state(false)
  error = $state('')

  async run(work: () => Promise<unknown>) {
    this.busy = true
    this.error = ''
    try {
      await work()
    } catch (err) {
      this.error = told(err)
    }
    this.busy = false
  }
}
