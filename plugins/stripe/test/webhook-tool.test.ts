import { defineAgent, EventBus } from '@titanforge/core'
import test from 'ava'
import { z } from 'zod'
import { EventReceiver } from '../src/sync/receiver.js'
import { webhookTool } from '../src/tools/webhook-tool.js'
import { application, SECRET } from './application.js'
import { event, subscription } from './objects.js'

const app = await application()
test.after.always(() => app.close())

const receiver = new EventReceiver(app.db, app.forge.get(EventBus), { livemode: false })
const handleWebhookEvent = webhookTool(receiver, [SECRET])
const postman = defineAgent({
  name: 'postman',
  description: 'Hands in what came by another way.',
  tools: [handleWebhookEvent],
  input: z.object({ payload: z.string(), signature: z.string() }),
  output: z.object({ received: z.literal(true), duplicate: z.boolean() }),
  run: (input, ctx) => ctx.tool(handleWebhookEvent, input),
})

test('a signed event that an agent hands in is stored once, like a delivered one', async (t) => {
  const userId = await app.user('by-hand')
  const object = subscription('sub_by_hand', { customer: 'cus_by_hand', reference: 'by-hand' })
  const created = event('customer.subscription.created', object)
  const payload = JSON.stringify(created)
  const signature = app.sign(payload)['stripe-signature']
  const handIn = () => app.forge.run(postman, { payload, signature })
  t.deepEqual(await handIn(), { received: true, duplicate: false })
  t.deepEqual(await handIn(), { received: true, duplicate: true })
  t.deepEqual(await app.deliver(created), { received: true, duplicate: true })
  await app.settled()
  t.deepEqual(await app.db.query('SELECT status FROM subscriptions WHERE user_id = $1', [userId]), [
    { status: 'active' },
  ])
  await t.throwsAsync(app.forge.run(postman, { payload: `${payload} `, signature }), {
    code: 'WEBHOOK_SIGNATURE_INVALID',
  })
})
