import assert from 'node:assert/strict'
import { RetryLater } from '../../events/retry-later.js'
import { on, type SubscriptionOptions } from '../../events/subscription.js'
import type { Check } from '../suite.js'
import type { Open } from './application.js'
import { line, QUICK, type Line } from './shop.js'

/** A consumer that writes down what it is told, and how many events of one till it had at work at once. */
function noting(
  options: SubscriptionOptions,
  fail: (line: Line, attempt: number) => void = () => {},
) {
  const heard: string[] = []
  const atWork = new Map<string, number>()
  let most = 0
  const subscription = on(
    line,
    'conformance.till',
    {
      async prepare({ payload, attempt }) {
        const count = (atWork.get(payload.till) ?? 0) + 1
        atWork.set(payload.till, count)
        most = Math.max(most, count)
        try {
          await new Promise((resolve) => setImmediate(resolve))
          fail(payload, attempt)
        } finally {
          atWork.set(payload.till, (atWork.get(payload.till) ?? 1) - 1)
        }
      },
      commit: async ({ payload, tx }) =>
        tx.onCommit(() => heard.push(`${payload.till}${payload.number}`)),
    },
    { ...QUICK, ...options },
  )
  const of = (till: string) => heard.filter((one) => one.startsWith(till))
  return { heard, of, subscription, most: () => most }
}

const TILLS = ['a', 'b', 'c']
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
const expected = (till: string, count: number) => numbers(count).map((number) => `${till}${number}`)

/** Events of one key, one after another or some at once. */
export function checkOrder(check: Check, open: Open): void {
  check(
    'in order, events of one key come one at a time and as published, also after failures',
    async (t) => {
      const till = noting({ order: 'key' }, ({ number }, attempt) => {
        if (number % 3 === 0 && attempt === 1) throw new Error('not yet')
        if (number === 4 && attempt === 1) return
      })
      const app = await open(t, [till.subscription])
      for (const number of numbers(8)) {
        await app.transaction(async (tx) => {
          for (const name of TILLS) await app.bus.publish(tx, line, { till: name, number })
        })
      }
      await app.until('all events', () => till.heard.length === 8 * TILLS.length)
      for (const name of TILLS) assert.deepEqual(till.of(name), expected(name, 8))
      assert.equal(till.most(), 1, 'events of one key at work at once')
    },
  )

  check('in order, an event that waits holds up its key and no other', async (t) => {
    let closed = true
    const till = noting({ order: 'key' }, (payload) => {
      if (closed && payload.till === 'a') throw new RetryLater(0.05, 'the till is closed')
    })
    const app = await open(t, [till.subscription])
    for (const number of numbers(3)) {
      for (const name of TILLS) {
        await app.transaction((tx) => app.bus.publish(tx, line, { till: name, number }))
      }
    }
    await app.until('the other keys', () => till.heard.length === 6)
    assert.deepEqual(till.of('a'), [])
    closed = false
    await app.until('the key that waited', () => till.heard.length === 9)
    assert.deepEqual(till.of('a'), expected('a', 3))
  })

  check(
    'in order, a dead letter lets those behind it go on, or holds them until it is settled',
    async (t) => {
      for (const afterDeadLetter of ['release', 'block'] as const) {
        let broken = true
        const till = noting(
          { order: 'key', afterDeadLetter, retry: { limit: 0 } },
          ({ number }) => {
            if (broken && number === 1) throw new Error('jammed')
          },
        )
        const app = await open(t, [till.subscription])
        for (const number of numbers(3)) {
          await app.transaction((tx) => app.bus.publish(tx, line, { till: 'a', number }))
        }
        const { deadLetters } = app.bus
        await app.until('the dead letter', async () => (await deadLetters.list()).length === 1)
        await app.transaction((tx) => app.bus.publish(tx, line, { till: 'b', number: 2 }))
        await app.until('the other key', () => till.of('b').length === 1)
        if (afterDeadLetter === 'release') {
          await app.until('those behind it', () => till.of('a').length === 2)
        }
        assert.deepEqual(till.of('a'), afterDeadLetter === 'release' ? ['a2', 'a3'] : [])
        broken = false
        await deadLetters.redrive()
        await app.until('all of the key', () => till.of('a').length === 3)
        assert.deepEqual(
          till.of('a'),
          afterDeadLetter === 'release' ? ['a2', 'a3', 'a1'] : expected('a', 3),
        )
        await app.forge.stop()
      }
    },
  )

  check('in order, what is redriven or replayed comes as it was published', async (t) => {
    let broken = true
    const till = noting({ order: 'key', retry: { limit: 0 } }, () => {
      if (broken) throw new Error('jammed')
    })
    const app = await open(t, [till.subscription])
    for (const number of numbers(4)) {
      await app.transaction((tx) => app.bus.publish(tx, line, { till: 'a', number }))
    }
    const { deadLetters } = app.bus
    await app.until('the dead letters', async () => (await deadLetters.list()).length === 4)
    broken = false
    assert.equal(await deadLetters.redrive(), 4)
    await app.until('what was redriven', () => till.heard.length === 4)
    assert.equal(await app.bus.replay('conformance.till'), 4)
    await app.until('what was replayed', () => till.heard.length === 8)
    assert.deepEqual(till.heard, [...expected('a', 4), ...expected('a', 4)])
  })

  check('a limit per key bounds what is at work at once, and nobody starves', async (t) => {
    const till = noting({ limit: { per: 'key', count: 2 } })
    const app = await open(t, [till.subscription])
    await app.transaction(async (tx) => {
      for (const name of TILLS) {
        const messages = numbers(12).map((number) => ({ payload: { till: name, number } }))
        await app.bus.publishAll(tx, line, messages)
      }
    })
    await app.until('all events', () => till.heard.length === 36)
    assert.deepEqual(till.heard.toSorted(), TILLS.flatMap((name) => expected(name, 12)).toSorted())
    assert.equal(till.most(), 2, 'events of one key at work at once')
  })

  check('a limit per user bounds what is at work at once', async (t) => {
    const till = noting({ limit: { per: 'user', count: 1 } })
    const app = await open(t, [till.subscription])
    const userId = '0b5e9a6c-5f0e-4c59-8d3d-6a2b7f5c1e11'
    await app.transaction((tx) =>
      app.bus.publishAll(
        tx,
        line,
        numbers(6).map((number) => ({ payload: { till: 'a', number }, userId })),
      ),
    )
    await app.until('all events', () => till.heard.length === 6)
    assert.equal(till.most(), 1)
  })
}
