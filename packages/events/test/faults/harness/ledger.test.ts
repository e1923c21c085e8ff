import { randomUUID } from 'node:crypto'
import type { Transaction } from '@titanforge/core'
import { testDatabase } from '@titanforge/database/testing'
import test from 'ava'
import { ledger as tables } from '../node/ledger.js'
import { Ledger, type Tally } from './ledger.js'

const { url, drop } = await testDatabase()
const ledger = new Ledger(url)
const tx: Pick<Transaction, 'query'> = { query: ledger.query.bind(ledger) }
test.before(() => tables.up(tx as Transaction))
test.after.always(async () => {
  await ledger.close()
  await drop()
})

const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()] as const
const CLEAN: Tally = { missing: 0, phantom: 0, duplicate: 0, disorder: 0, deadLetters: 0 }

/** What is counted of two events that were published, after these effects of one consumer. */
async function tallyOf(effects: readonly (readonly [event: string, note: string, nth: number])[]) {
  await ledger.query('TRUNCATE business, effect')
  for (const [nth, event] of [first, second].entries()) {
    await ledger.query(
      `INSERT INTO business (event, external_id, key, position, note) VALUES ($1::uuid, $2, 'k', $3, $2)`,
      [event, event, nth + 1],
    )
  }
  for (const [event, note, nth] of effects) {
    await ledger.query(
      `INSERT INTO effect (consumer, event, key, position, note, node, attempt)
       VALUES ('a', $1, 'k', $3, $2, 'node-1', 1)`,
      [event, note, nth],
    )
  }
  return ledger.tally([{ consumer: 'a', ordered: true }], [])
}

const one = [first, first, 1] as const
const two = [second, second, 2] as const

test.serial('one effect of each event in its place is all right', async (t) => {
  t.deepEqual(await tallyOf([one, two]), CLEAN)
})

test.serial('an effect that is absent is missing', async (t) => {
  t.deepEqual(await tallyOf([one]), { ...CLEAN, missing: 1 })
})

test.serial('an effect of no event, or with the content of another, is a phantom', async (t) => {
  t.deepEqual(await tallyOf([one, two, [third, third, 3]]), { ...CLEAN, phantom: 1 })
  t.deepEqual(await tallyOf([one, [second, first, 2]]), { ...CLEAN, phantom: 1 })
})

test.serial('an effect that is there twice is a duplicate', async (t) => {
  t.deepEqual(await tallyOf([one, two, two]), { ...CLEAN, duplicate: 1 })
})

test.serial('an effect before that of an earlier event of its key is out of order', async (t) => {
  t.deepEqual(await tallyOf([two, one]), { ...CLEAN, disorder: 1 })
})

test.serial('a dead letter is not missing', async (t) => {
  await tallyOf([one])
  const letter = { id: randomUUID(), consumer: 'a', eventId: second, at: new Date(), reason: 'no' }
  const tally = await ledger.tally([{ consumer: 'a', ordered: true }], [letter])
  t.deepEqual(tally, { ...CLEAN, deadLetters: 1 })
})
