import { createLogger } from '@titanforge/core'
import test from 'ava'
import type { Claim } from '../../src/delivery/claim.js'
import { Consumer } from '../../src/delivery/consumer.js'
import { Solitude } from '../../src/delivery/solitude.js'
import { application, record } from '../application.js'

class CountingSolitude extends Solitude {
  count = 0

  override alone<Result>(work: () => Promise<Result>): Promise<Result> {
    this.count++
    return super.alone(work)
  }
}

test('nobody is kept out for a suspect that has to wait for its turn', async (t) => {
  const clerk = record('clerk', { order: 'key', afterDeadLetter: 'block' })
  const { db, bus, publish, effects } = await application(t, {
    on: [clerk],
    config: { consume: false },
  })
  const solitude = new CountingSolitude(1_000)
  const consumer = new Consumer(clerk, {
    db,
    commit: (work, options) => db.transaction(work, options),
    store: () => Promise.reject(new Error('it publishes nothing')),
    log: createLogger({ level: 'silent' }),
    stopping: new AbortController().signal,
    solitude,
    settings: {
      claimSeconds: 20,
      timeoutSeconds: 20,
      retry: { limit: 8, baseSeconds: 0, maxSeconds: 0, nonRetryable: () => false },
    },
  })
  for (const text of ['a-dead', 'a-suspect']) await publish(text)
  const [dead] = await consumer.queue.claimFreshFromLanes(1)
  t.true(dead && (await consumer.queue.held.bury(dead, 'broken')))
  await db.query('UPDATE event_deliveries SET attempt = 2, lost = 2')
  const held: Claim[] = []
  const handleSuspects = () =>
    consumer.handleSuspects(async (claim, work) => {
      held.push(claim)
      await work
    })

  await handleSuspects()
  t.is(solitude.count, 0)
  await bus.deadLetters.discard({}, 'a test')
  t.true(await consumer.queue.hasSuspect())
  t.deepEqual(await db.query('SELECT attempt, lost, claim FROM event_deliveries'), [
    { attempt: 2, lost: 2, claim: null },
  ])
  await handleSuspects()
  t.is(solitude.count, 1)
  t.deepEqual(
    held.map(({ attempt, lost }) => ({ attempt, lost })),
    [{ attempt: 3, lost: 2 }],
  )
  t.deepEqual(await effects('clerk'), ['a-suspect'])
})
