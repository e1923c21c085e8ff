import test from 'ava'
import { z } from 'zod'
import { EventBus } from '../../src/events/event-bus.js'
import { defineEvent } from '../../src/events/event.js'
import { on } from '../../src/events/subscription.js'
import { createForge } from '../../src/forge.js'
import { definePlugin } from '../../src/plugin.js'
import { captureLog } from '../../src/testing/index.js'
import { UnitOfWork } from '../../src/transaction.js'

const opened = defineEvent({ name: 'shop.opened', version: 1, schema: z.string() })

function shop() {
  const heard: string[] = []
  const plugin = definePlugin({
    name: 'shop',
    requires: { bus: EventBus, work: UnitOfWork },
    setup: ({ bus, work }) => ({
      on: [on(opened, 'shop.greet', async ({ payload }) => void heard.push(payload))],
      start: async () =>
        void (await work.transaction((tx) => bus.publish(tx, opened, 'good morning'))),
    }),
  })
  return { heard, forge: createForge({ plugins: [plugin()], log: captureLog().log }) }
}

test('what a plugin publishes while it starts is delivered once the forge serves', async (t) => {
  const { heard, forge } = shop()
  await forge.start()
  await forge.stop()
  t.deepEqual(heard, ['good morning'])
})

test('a forge that does not serve delivers nothing', async (t) => {
  const { heard, forge } = shop()
  await forge.start({ serve: false })
  await forge.stop()
  t.deepEqual(heard, [])
})
