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
