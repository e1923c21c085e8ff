import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { application, record } from '../application.js'

test('a transaction that stays open is warned of', async (t) => {
  const app = await application(t, { on: [record('a')], config: { longTransactionSeconds: 1 } })
  await app.db.transaction(async (tx) => {
    await tx.query('SELECT 1')
    await tx.query('SET TRANSACTION ISOLATION LEVEL READ COMMITTED')
    await tx.query('DECLARE held CURSOR FOR SELECT 1 FROM events')
    await waitFor(async () => app.lines.some((line) => line.includes('a long transaction slows')))
  })
  t.pass()
})
