import { on } from '@titanforge/core'
import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { application, noted } from './application.js'

test('a handler that PostgreSQL ends to let another one through uses no attempt up', async (t) => {
  const attempts: string[] = []
  let holding = 0
  const both = Promise.withResolvers<undefined>()
  // Each holds one lock and waits for the other's, the first time.
  const locking = (consumer: string, first: number, second: number) =>
    on(
      noted,
      consumer,
      async ({ tx, attempt }) => {
        await tx.query('SELECT pg_advisory_xact_lock($1)', [first])
        if (++holding === 2) both.resolve(undefined)
        await both.promise
        await tx.query('SELECT pg_advisory_xact_lock($1)', [second])
        attempts.push(`${consumer} ${attempt}`)
      },
      { retry: { limit: 0 }, claimSeconds: 15 },
    )
  const app = await application(t, { on: [locking('one', 1, 2), locking('two', 2, 1)] })
  await app.publish('crosswise')
  const dead = () => app.bus.deadLetters.list()
  await waitFor(async () => attempts.length + (await dead()).length >= 2, { timeoutMs: 60_000 })
  t.deepEqual(await dead(), [])
  t.deepEqual(attempts.toSorted(), ['one 1', 'two 1'])
  t.is(holding, 3, 'one of them was ended, and tried again')
})

test('a handler that never gets through uses attempts up after twenty times, and then is given up', async (t) => {
  const attempts: number[] = []
  const stuck = on(
    noted,
    'stuck',
    async ({ tx, attempt }) => {
      attempts.push(attempt)
      await tx.query("DO $$ BEGIN RAISE 'nothing goes' USING ERRCODE = '40001'; END $$")
    },
    { retry: { limit: 1, baseSeconds: 0 } },
  )
  const before = await application(t, { on: [stuck], config: { consume: false } })
  await before.publish('in vain')
  await before.db.query('UPDATE event_deliveries SET made_way = 18')
  const { bus } = await application(t, { url: before.url, on: [stuck] })
  await waitFor(async () => (await bus.deadLetters.list()).length === 1, { timeoutMs: 60_000 })
  t.like(await bus.deadLetters.list(), [{ reason: 'nothing goes' }])
  t.deepEqual(attempts, [1, 1, 1, 2])
})
