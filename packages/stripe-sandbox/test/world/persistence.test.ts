import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { startStripeSandbox } from '../../src/index.js'
import { clientOf, customerWith, monthly } from '../support/sandbox.js'

async function temporaryFile(t: { teardown(fn: () => Promise<void>): void }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'stripe-sandbox-'))
  t.teardown(() => rm(folder, { recursive: true }))
  return join(folder, 'world.jsonl')
}

test('a world in a file goes on where it ended, its clock too', async (t) => {
  const file = await temporaryFile(t)
  const catalogue = [{ name: 'Pro', prices: [{ amount: 2000, interval: 'month' as const }] }]
  const first = await startStripeSandbox({ port: 0, file, catalogue })
  const stripe = clientOf(first)
  const [price] = (await stripe.prices.list()).data
  const customer = await customerWith(stripe)
  const { id } = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price?.id ?? '' }],
  })
  first.advance({ days: 20 })
  const { now } = first
  await first.stop()
  t.is((await stat(file)).mode & 0o777, 0o600)

  const second = await startStripeSandbox({ port: 0, file, catalogue })
  t.teardown(() => second.stop())
  t.true(second.now >= now)
  const again = clientOf(second)
  t.is((await again.products.list()).data.length, 1)
  t.is((await again.subscriptions.retrieve(id)).status, 'active')
  second.advance({ days: 15 })
  t.is((await again.invoices.list()).data.length, 2)
})

test('a line that a crash cut off is left out; a damaged file is an error that says what to do', async (t) => {
  const file = await temporaryFile(t)
  const first = await startStripeSandbox({ port: 0, file })
  const { id } = await clientOf(first).customers.create()
  await first.stop()
  await appendFile(file, '{"put":{"id":"cus_half","obj')
  const second = await startStripeSandbox({ port: 0, file })
  t.is((await clientOf(second).customers.retrieve(id)).id, id)
  await second.stop()
  await writeFile(file, `nonsense\n${await readFile(file, 'utf8')}`)
  await t.throwsAsync(startStripeSandbox({ port: 0, file }), { code: 'SANDBOX_FILE_DAMAGED' })
})

test('a file that another sandbox keeps is refused, and taken when that has stopped', async (t) => {
  const file = await temporaryFile(t)
  const first = await startStripeSandbox({ port: 0, file })
  const { id } = await clientOf(first).customers.create()
  const error = await t.throwsAsync(startStripeSandbox({ port: 0, file }), {
    code: 'SANDBOX_FILE_IN_USE',
  })
  t.true(error.message.includes(file) && error.message.includes(first.url))
  // What has been refused has changed nothing.
  t.is((await clientOf(first).customers.retrieve(id)).id, id)
  const other = await startStripeSandbox({ port: 0, file: `${file}.other` })
  await other.stop()
  await first.stop()
  const second = await startStripeSandbox({ port: 0, file })
  t.is((await clientOf(second).customers.retrieve(id)).id, id)
  await second.stop()
})

test('options that make no sense are refused together, and a port in use is named', async (t) => {
  await t.throwsAsync(startStripeSandbox({ port: 0, key: 'pk_live', chaos: { drop: 2 } }), {
    code: 'SANDBOX_OPTIONS_INVALID',
    message: /key.*chaos\.drop/,
  })
  const first = await startStripeSandbox({ port: 0 })
  t.teardown(() => first.stop())
  const port = Number(new URL(first.url).port)
  await t.throwsAsync(startStripeSandbox({ port }), { code: 'SANDBOX_PORT_IN_USE' })
})

test('a test clock moves its customers only', async (t) => {
  const sandbox = await startStripeSandbox({ port: 0 })
  t.teardown(() => sandbox.stop())
  const stripe = clientOf(sandbox)
  const start = sandbox.now
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: start })
  const price = await monthly(stripe)
  const subscribe = async (more: object) => {
    const customer = await customerWith(stripe, 'pm_card_visa', more)
    return stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] })
  }
  const clocked = await subscribe({ test_clock: clock.id })
  const other = await subscribe({})
  t.is(clocked.test_clock, clock.id)
  const advancing = await stripe.testHelpers.testClocks.advance(clock.id, {
    frozen_time: start + 32 * 86_400,
  })
  t.is(advancing.status, 'advancing')
  t.is((await stripe.testHelpers.testClocks.retrieve(clock.id)).status, 'ready')
  const invoices = async (subscription: string) =>
    (await stripe.invoices.list({ subscription })).data
  t.is((await invoices(clocked.id)).length, 2)
  t.is((await invoices(other.id)).length, 1)
  const [renewal] = await invoices(clocked.id)
  t.is(renewal?.created, clocked.items.data[0]?.current_period_end)
  t.is((await stripe.events.list({ limit: 1 })).data[0]?.type, 'test_helpers.test_clock.ready')
})
