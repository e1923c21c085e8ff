import test from 'ava'
import { z } from 'zod'
import { defineEvent } from '../../src/events/event.js'
import { on } from '../../src/events/subscription.js'
import { definePlugin } from '../../src/plugin.js'
import { testForge } from '../../src/testing/index.js'
import { UnitOfWork } from '../../src/transaction.js'

test('a forge that does not serve delivers nothing', async (t) => {
  const opened = defineEvent({ name: 'shop.opened', version: 1, schema: z.string() })
  const greet = on(opened, 'shop.greet', async () => t.fail('it was delivered'))
  const shop = definePlugin({ name: 'shop', setup: () => ({ on: [greet] }) })
  const { forge, bus, idle } = await testForge(t, [shop()], { serve: false })
  await forge.get(UnitOfWork).transaction((tx) => bus.publish(tx, opened, 'good morning'))
  await idle()
  t.pass()
})
