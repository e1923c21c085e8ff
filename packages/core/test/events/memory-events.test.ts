import test from 'ava'
import { z } from 'zod'
import { EventBus } from '../../src/events/event-bus.js'
import { defineEvent } from '../../src/events/event.js'
import { on } from '../../src/events/subscription.js'
import { definePlugin } from '../../src/plugins/plugin.js'
import { testForge } from '../../src/testing/index.js'
import { UnitOfWork } from '../../src/transactions/transaction.js'

test('a forge that does not serve delivers nothing, and says so when it stops', async (t) => {
  const opened = defineEvent({ name: 'shop.opened', version: 1, schema: z.string() })
  const closed = defineEvent({ name: 'shop.closed', version: 1, schema: z.string() })
  const greet = on(opened, 'shop.greet', async () => t.fail('it was delivered'))
  const shop = definePlugin({ name: 'shop', setup: () => ({ on: [greet] }) })
  const { forge, bus, idle, lines } = await testForge(t, [shop()], { serve: false })
  await forge.get(UnitOfWork).transaction(async (tx) => {
    await bus.publish(tx, opened, 'good morning')
    await bus.publish(tx, closed, 'good night')
  })
  await idle()
  await forge.stop()
  t.is(lines.length, 1)
  t.like(JSON.parse(lines[0] ?? ''), { level: 40, events: 1 })
})

test('what a plugin publishes while it stops is accepted, and counted as lost', async (t) => {
  const closed = defineEvent({ name: 'shop.closed', version: 1, schema: z.string() })
  const tell = on(closed, 'shop.tell', async () => t.fail('it was delivered'))
  const shop = definePlugin({
    name: 'shop',
    requires: { bus: EventBus, work: UnitOfWork },
    setup: ({ bus, work }) => ({
      on: [tell],
      start: async () => async () =>
        void (await work.transaction((tx) => bus.publish(tx, closed, 'good night'))),
    }),
  })
  const { forge, lines } = await testForge(t, [shop()])
  await forge.stop()
  t.is(lines.length, 1)
  t.like(JSON.parse(lines[0] ?? ''), { level: 40, events: 1 })
})
