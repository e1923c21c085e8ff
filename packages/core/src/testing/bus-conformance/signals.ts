import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { defineSignal } from '../../events/event.js'
import type { Check } from '../suite.js'
import type { Open } from './application.js'

const progress = defineSignal<number>('conformance.progress')
const other = defineSignal<number>('conformance.other')

/** The volatile half of a bus. */
export function checkSignals(check: Check, open: Open): void {
  check('listeners hear a signal at once, until they stop listening', async (t) => {
    const { bus } = await open(t, [])
    const heard: string[] = []
    const stop = bus.listen(progress, (n) => void heard.push(`first ${n}`))
    bus.listen(progress, (n) => void heard.push(`second ${n}`))
    bus.listen(other, (n) => void heard.push(`other ${n}`))
    bus.signal(progress, 40)
    stop()
    bus.signal(progress, 80)
    assert.deepEqual(heard, ['first 40', 'second 40', 'second 80'])
  })

  check('a listener that fails stops nobody', async (t) => {
    const { bus } = await open(t, [])
    const heard: number[] = []
    const unhandled: unknown[] = []
    const note = (reason: unknown) => void unhandled.push(reason)
    process.on('unhandledRejection', note)
    t.teardown(() => void process.off('unhandledRejection', note))
    bus.listen(progress, () => {
      throw new Error('broken')
    })
    const unchangeable: Error = Object.freeze(new Error('broken, and not to be changed'))
    bus.listen(progress, () => {
      throw unchangeable
    })
    bus.listen(progress, () => Promise.reject(new Error('broken later')))
    bus.listen(progress, (n) => void heard.push(n))
    bus.signal(progress, 1)
    assert.deepEqual(heard, [1])
    await turn()
    assert.deepEqual(unhandled, [])
  })
}
