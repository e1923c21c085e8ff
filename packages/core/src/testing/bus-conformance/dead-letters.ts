import assert from 'node:assert/strict'
import { on } from '../../events/subscription.js'
import type { Check } from '../suite.js'
import type { Open } from './application.js'
import { sold } from './shop.js'

/** A consumer that gives up at once until it is mended. */
function broken(consumer: string) {
  const attempts: [order: string, attempt: number][] = []
  const state = { mended: false, attempts }
  const subscription = on(
    sold,
    consumer,
    async ({ payload, attempt }) => {
      if (!state.mended) throw new Error('not mended')
      attempts.push([payload.order, attempt])
    },
    { retry: { limit: 0 } },
  )
  return { state, subscription }
}

/** What became of events that nobody could handle. */
export function checkDeadLetters(check: Check, open: Open): void {
  check('redriven dead letters are delivered once more, afresh', async (t) => {
    const { state, subscription } = broken('conformance.broken')
    const app = await open(t, [subscription])
    const { deadLetters } = app.bus
    for (const order of ['o1', 'o2']) await app.publish(order)
    await app.until('two letters', async () => (await deadLetters.list()).length === 2)
    state.mended = true
    assert.equal(await deadLetters.redrive(), 2)
    await app.until('both deliveries', () => state.attempts.length >= 2)
    assert.deepEqual(state.attempts.toSorted(), [
      ['o1', 1],
      ['o2', 1],
    ])
    assert.deepEqual(await deadLetters.list(), [])
    assert.equal(await deadLetters.redrive(), 0)
    await app.publish('o3')
    await app.until('one more event', () => state.attempts.length >= 3)
    assert.deepEqual(state.attempts[2], ['o3', 1])
  })

  check('dead letters are listed oldest first, and chosen by consumer or id', async (t) => {
    const [one, two] = [broken('conformance.one'), broken('conformance.two')]
    const app = await open(t, [one.subscription, two.subscription])
    const { deadLetters } = app.bus
    const orders = ['o1', 'o2', 'o3']
    for (const [index, order] of orders.entries()) {
      await app.publish(order)
      const letters = 2 * (index + 1)
      await app.until(`${letters} letters`, async () => {
        return (await deadLetters.list()).length === letters
      })
    }
    const all = await deadLetters.list()
    const times = all.map(({ at }) => at.getTime())
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    )
    assert.deepEqual(await deadLetters.list({ limit: 2 }), all.slice(0, 2))
    for (const [index, after] of all.entries())
      assert.deepEqual(await deadLetters.list({ after }), all.slice(index + 1))
    const ofOne = await deadLetters.list({ consumer: 'conformance.one' })
    assert.deepEqual(
      ofOne.map(({ consumer }) => consumer),
      orders.map(() => 'conformance.one'),
    )

    one.state.mended = two.state.mended = true
    const [, second] = ofOne
    assert.equal(await deadLetters.redrive({ ids: [String(second?.id)] }), 1)
    await app.until('the chosen one', () => one.state.attempts.length > 0)
    assert.deepEqual(one.state.attempts, [['o2', 1]])
    assert.equal(await deadLetters.redrive({ consumer: 'conformance.two' }), 3)
    await app.until('the other consumer', () => two.state.attempts.length === 3)
    assert.equal((await deadLetters.list()).length, 2)
    // One goes on behind a letter that is gone, too.
    assert.equal((await deadLetters.list({ after: second })).length, 1)
    assert.equal(await deadLetters.redrive({ consumer: 'conformance.nobody' }), 0)
  })

  check('discarded dead letters are gone, and are not delivered again', async (t) => {
    const { state, subscription } = broken('conformance.broken')
    const app = await open(t, [subscription])
    const { deadLetters } = app.bus
    for (const order of ['o1', 'o2']) await app.publish(order)
    await app.until('two letters', async () => (await deadLetters.list()).length === 2)
    const [first] = await deadLetters.list()
    assert.equal(await deadLetters.discard({ ids: [String(first?.id)] }, 'a test order'), 1)
    assert.equal((await deadLetters.list()).length, 1)
    state.mended = true
    assert.equal(await deadLetters.redrive(), 1)
    await app.until('the other one', () => state.attempts.length > 0)
    assert.equal(await deadLetters.discard({ consumer: 'conformance.broken' }, 'none is left'), 0)
  })

  check('what is replayed is a dead letter no more', async (t) => {
    const { state, subscription } = broken('conformance.broken')
    const app = await open(t, [subscription])
    const { deadLetters } = app.bus
    const dead = async () => (await deadLetters.list()).length
    for (const order of ['o1', 'o2']) {
      await app.publish(order, { occurredAt: new Date('2026-01-01T12:00:00Z') })
    }
    await app.publish('o3')
    await app.until('three letters', async () => (await dead()) === 3)
    state.mended = true
    assert.equal(await app.bus.replay('conformance.broken', { to: new Date('2026-01-02') }), 2)
    await app.until('the replayed events', () => state.attempts.length === 2)
    assert.equal(await dead(), 1, 'dead letters beside what was replayed')
    assert.equal(await deadLetters.redrive(), 1)
    await app.until('the redriven event', () => state.attempts.length === 3)
    assert.deepEqual(state.attempts.map(([order]) => order).toSorted(), ['o1', 'o2', 'o3'])
  })

  check('an error that cannot pass makes a dead letter at once', async (t) => {
    let attempts = 0
    const hopeless = on(
      sold,
      'conformance.hopeless',
      async () => {
        attempts++
        throw new TypeError('no such hat')
      },
      { retry: { limit: 5, nonRetryable: (error) => error instanceof TypeError } },
    )
    const app = await open(t, [hopeless])
    await app.publish('o1')
    await app.until('the letter', async () => (await app.bus.deadLetters.list()).length === 1)
    assert.equal(attempts, 1)
  })
}
