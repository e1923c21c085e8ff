import test from 'ava'
import { defineSignal } from '../../src/events/event.js'
import { Signals } from '../../src/events/signals.js'
import { captureLog } from '../../src/testing/index.js'

const progress = defineSignal<number>('test.progress')

test('a listener that throws stops nobody and is logged', async (t) => {
  const { log, lines } = captureLog()
  const signals = new Signals(log)
  const heard: number[] = []
  signals.listen(progress, () => {
    throw new Error('broken listener')
  })
  signals.listen(progress, (n) => void heard.push(n))
  t.notThrows(() => signals.signal(progress, 1))
  t.deepEqual(heard, [1])
  await settled()
  t.like(JSON.parse(lines[0] ?? ''), {
    signal: 'test.progress',
    err: { message: 'broken listener' },
  })
})

test('a listener that rejects is logged and never becomes an unhandled rejection', async (t) => {
  const { log, lines } = captureLog()
  const unhandled: unknown[] = []
  const note = (reason: unknown) => void unhandled.push(reason)
  process.on('unhandledRejection', note)
  const signals = new Signals(log)
  signals.listen(progress, () => Promise.reject(new Error('broken later')))
  signals.signal(progress, 1)
  await settled()
  process.off('unhandledRejection', note)
  t.deepEqual(unhandled, [])
  t.regex(lines.join(''), /broken later/)
})

test('one function that listens twice hears twice, and each stops on its own', (t) => {
  const signals = new Signals(captureLog().log)
  let heard = 0
  const listener = () => void heard++
  const stop = signals.listen(progress, listener)
  signals.listen(progress, listener)
  stop()
  signals.signal(progress, 1)
  t.is(heard, 1)
})

/** Resolves when every promise of this turn has settled and Node has reported what nobody handled. */
const settled = () => new Promise((resolve) => setImmediate(resolve))
