import { createRequire } from 'node:module'
import { createForge, defineSignal, EventBus } from '@titanforge/core'

// The copy that core itself stands on, so that the ratio is the price of what core adds.
const coreRequire = createRequire(import.meta.resolve('@titanforge/core'))
const payload = { percent: 40 }
let heard = 0

/** Fire and forget, to one listener. */
const emitting = (emitter) => {
  emitter.on('bench.progress', () => void heard++)
  return (n) => {
    for (let i = 0; i < n; i++) emitter.emit('bench.progress', payload)
  }
}

export const contestants = [
  {
    name: 'eventemitter3',
    open: () => emitting(new (coreRequire('eventemitter3').EventEmitter)()),
  },
  {
    name: 'titanforge signal',
    open() {
      const bus = createForge({ plugins: [] }).get(EventBus)
      const progress = defineSignal('bench.progress')
      bus.listen(progress, () => void heard++)
      return (n) => {
        for (let i = 0; i < n; i++) bus.signal(progress, payload)
      }
    },
  },
  { name: 'mitt', open: async () => emitting((await import('mitt')).default()) },
  {
    name: 'eventemitter2',
    open: async () => emitting(new (await import('eventemitter2')).default.EventEmitter2()),
  },
  {
    // Its events are asynchronous: each is awaited, or they would pile up.
    name: 'emittery',
    async open() {
      const emitter = new (await import('emittery')).default()
      emitter.on('bench.progress', () => void heard++)
      return async (n) => {
        for (let i = 0; i < n; i++) await emitter.emit('bench.progress', payload)
      }
    },
  },
]
