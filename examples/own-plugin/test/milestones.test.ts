import { randomUUID } from 'node:crypto'
import { createForge, definePlugin, EventBus, on } from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import { Database, database } from '@titanforge/database'
import { testDatabase, waitFor } from '@titanforge/database/testing'
import { http, HttpServer } from '@titanforge/http'
import { subscriptionChanged } from '@titanforge/stripe'
import test, { type ExecutionContext } from 'ava'
import { milestoneReached, milestones, reporter } from '../src/index.js'

/** An application with the plugin, on a database of its own. */
async function application(t: ExecutionContext, every: number) {
  const { url, drop } = await testDatabase()
  t.teardown(drop)
  const reached: number[] = []
  const party = definePlugin({
    name: 'party',
    setup: () => ({
      on: [
        on(
          milestoneReached,
          'party.note',
          async ({ payload }) => void reached.push(payload.customers),
        ),
      ],
    }),
  })
  const plugins = [database({ url }), http({ port: 0 }), milestones({ every }), party()]
  const forge = createForge({ plugins, log: captureLog().log })
  await forge.start()
  t.teardown(() => forge.stop())

  const publish = (subscriptionId: string, revision: number, access: boolean) =>
    forge
      .get(Database)
      .transaction((tx) =>
        forge
          .get(EventBus)
          .publish(tx, subscriptionChanged, changed(subscriptionId, revision, access)),
      )
  const counted = (customers: number) =>
    waitFor(async () => (await forge.run(reporter, {})) === `${customers} customers pay.`, {
      what: `${customers} customers`,
    })
  return { forge, reached, publish, counted }
}

const changed = (subscriptionId: string, revision: number, access: boolean) => ({
  subscriptionId,
  userId: randomUUID(),
  revision,
  effectiveAt: new Date().toISOString(),
  before: null,
  after: {
    status: access ? 'active' : 'canceled',
    access,
    currentPeriodStart: null,
    currentPeriodEnd: null,
    cancelAtPeriodEnd: false,
    scheduledEnd: null,
    items: [],
  },
})

test('who subscribes is counted, and who leaves is not counted any more', async (t) => {
  const { publish, counted } = await application(t, 10)
  const [ada, grace] = [randomUUID(), randomUUID()]
  await Promise.all([publish(ada, 1, true), publish(grace, 1, true)])
  await counted(2)
  await publish(ada, 2, false)
  await counted(1)
  t.pass()
})

test('news that is older than what is known changes nothing', async (t) => {
  const { forge, publish, counted } = await application(t, 10)
  const ada = randomUUID()
  await publish(ada, 3, true)
  await counted(1)
  await publish(ada, 2, false)
  await publish(randomUUID(), 1, true)
  await counted(2)
  t.is(await forge.run(reporter, {}), '2 customers pay.')
})

test('no milestone is missed by customers who come at the same moment', async (t) => {
  const { reached, publish, counted } = await application(t, 1)
  const customers = Array.from({ length: 12 }, () => randomUUID())
  await Promise.all(customers.map((id) => publish(id, 1, true)))
  await counted(12)
  await waitFor(async () => reached.length >= 12, { what: '12 milestones' })
  const inOrder = reached.toSorted((a, b) => a - b)
  t.deepEqual(
    inOrder,
    customers.map((_id, n) => n + 1),
  )
})

test('a milestone is published once, however often customers leave and come back', async (t) => {
  const { reached, publish, counted } = await application(t, 2)
  const [ada, grace, alan] = [randomUUID(), randomUUID(), randomUUID()]
  for (const id of [ada, grace, alan]) await publish(id, 1, true)
  await counted(3)
  for (const revision of [2, 4]) {
    await publish(alan, revision, false)
    await counted(2)
    await publish(alan, revision + 1, true)
    await counted(3)
  }
  t.deepEqual(reached, [2])
})

test('the number is served to anybody', async (t) => {
  const { forge, publish, counted } = await application(t, 10)
  await publish(randomUUID(), 1, true)
  await counted(1)
  const answer = await fetch(`${forge.get(HttpServer).url}/api/milestones`)
  t.is(answer.status, 200)
  t.deepEqual(await answer.json(), { customers: 1 })
})

test('the migration can be undone', async (t) => {
  const { forge } = await application(t, 10)
  await forge.command(['migrate:down'], () => undefined)
  await t.throwsAsync(forge.run(reporter, {}), { message: /milestone_customers/ })
})

test('a milestone of every zero customers is refused before anything starts', (t) => {
  t.throws(() => createForge({ plugins: [database({}), milestones({ every: 0 })] }), {
    code: 'CONFIG_INVALID',
    message: /milestones\.every/,
  })
})
